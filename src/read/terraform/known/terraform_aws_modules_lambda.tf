# terraform-aws-modules/lambda/aws: the function, as far as the analysis needs it.
# Source: its versions 2.0 to 8.

variable "create" { default = true }
variable "create_function" { default = true }
variable "create_layer" { default = false }
variable "function_name" { default = "" }
variable "handler" { default = "" }
variable "runtime" { default = "" }
variable "timeout" { default = 3 }
variable "package_type" { default = "Zip" }
variable "image_uri" { default = null }
variable "source_path" { default = null }
variable "local_existing_package" { default = null }
variable "environment_variables" { default = {} }
variable "create_role" { default = true }
variable "lambda_role" { default = "" }
variable "create_lambda_function_url" { default = false }
variable "authorization_type" { default = "NONE" }

locals {
  # The first of several sources, which are paths or maps with one.
  source = try(tostring(var.source_path), tostring(var.source_path[0]), var.source_path.path, var.source_path[0].path, null)
}

data "module_version" "differs" {}

resource "aws_lambda_function" "this" {
  count = var.create && var.create_function && !var.create_layer ? 1 : 0

  function_name = var.function_name
  handler       = var.package_type == "Zip" ? var.handler : null
  runtime       = var.package_type == "Zip" ? var.runtime : null
  timeout       = var.timeout
  package_type  = var.package_type
  image_uri     = var.image_uri
  filename      = var.local_existing_package == null ? local.source : var.local_existing_package
  role          = var.create_role ? data.module_version.differs.role : var.lambda_role

  dynamic "environment" {
    for_each = length(var.environment_variables) == 0 ? [] : [true]
    content {
      variables = var.environment_variables
    }
  }
}

resource "aws_lambda_function_url" "this" {
  count = var.create && var.create_function && !var.create_layer && var.create_lambda_function_url ? 1 : 0

  function_name      = aws_lambda_function.this[0].function_name
  authorization_type = var.authorization_type
}

output "lambda_function_arn" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_arn_static" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, "") }
output "lambda_function_name" { value = try(aws_lambda_function.this[0].function_name, "") }
output "lambda_function_qualified_arn" { value = try(aws_lambda_function.this[0].qualified_arn, "") }
output "lambda_function_version" { value = try(aws_lambda_function.this[0].version, "") }
output "lambda_function_url" { value = try(aws_lambda_function_url.this[0].function_url, "") }
