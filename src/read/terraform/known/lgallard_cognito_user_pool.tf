# lgallard/cognito-user-pool/aws: what its versions make of their inputs. Where they differ it is not known.
# Source: its versions 0.14 to 5.1.

data "module_version" "differs" {}

variable "enabled" { default = true }
variable "user_pool_name" {}
variable "tags" { default = {} }
variable "alias_attributes" { default = null }
variable "username_attributes" { default = null }
variable "auto_verified_attributes" { default = [] }
variable "username_configuration" { default = {} }
variable "mfa_configuration" { default = null }
variable "deletion_protection" { default = null }
variable "user_pool_tier" { default = null }
variable "sms_authentication_message" { default = null }
variable "admin_create_user_config" { default = {} }
variable "admin_create_user_config_allow_admin_create_user_only" { default = true }
variable "device_configuration" { default = {} }
variable "device_configuration_challenge_required_on_new_device" { default = null }
variable "device_configuration_device_only_remembered_on_user_prompt" { default = null }
variable "email_configuration" { default = {} }
variable "email_configuration_email_sending_account" { default = "COGNITO_DEFAULT" }
variable "email_configuration_source_arn" { default = "" }
variable "email_configuration_from_email_address" { default = null }
variable "email_mfa_configuration" { default = null }
variable "lambda_config" { default = {} }
variable "lambda_config_create_auth_challenge" { default = null }
variable "lambda_config_custom_message" { default = null }
variable "lambda_config_define_auth_challenge" { default = null }
variable "lambda_config_post_authentication" { default = null }
variable "lambda_config_post_confirmation" { default = null }
variable "lambda_config_pre_authentication" { default = null }
variable "lambda_config_pre_sign_up" { default = null }
variable "lambda_config_pre_token_generation" { default = null }
variable "lambda_config_user_migration" { default = null }
variable "lambda_config_verify_auth_challenge_response" { default = null }
variable "lambda_config_pre_token_generation_config" { default = {} }
variable "lambda_config_custom_email_sender" { default = {} }
variable "lambda_config_custom_sms_sender" { default = {} }
variable "lambda_config_kms_key_id" { default = null }
variable "password_policy" { default = null }
variable "password_policy_minimum_length" { default = 8 }
variable "password_policy_require_lowercase" { default = true }
variable "password_policy_require_numbers" { default = true }
variable "password_policy_require_symbols" { default = true }
variable "password_policy_require_uppercase" { default = true }
variable "schemas" { default = [] }
variable "string_schemas" { default = [] }
variable "number_schemas" { default = [] }
variable "sign_in_policy" { default = null }
variable "sign_in_policy_allowed_first_auth_factors" { default = [] }
variable "sms_configuration" { default = {} }
variable "sms_configuration_external_id" { default = "" }
variable "sms_configuration_sns_caller_arn" { default = "" }
variable "software_token_mfa_configuration" { default = {} }
variable "software_token_mfa_configuration_enabled" { default = false }
variable "user_pool_add_ons" { default = {} }
variable "user_pool_add_ons_advanced_security_mode" { default = null }
variable "domain" { default = null }
variable "domain_certificate_arn" { default = null }
variable "domain_managed_login_version" { default = null }
variable "clients" { default = [] }
variable "client_name" { default = null }
variable "client_access_token_validity" { default = 60 }
variable "client_allowed_oauth_flows" { default = [] }
variable "client_allowed_oauth_flows_user_pool_client" { default = true }
variable "client_allowed_oauth_scopes" { default = [] }
variable "client_auth_session_validity" { default = null }
variable "client_callback_urls" { default = [] }
variable "client_default_redirect_uri" { default = "" }
variable "client_enable_token_revocation" { default = true }
variable "client_explicit_auth_flows" { default = [] }
variable "client_generate_secret" { default = true }
variable "client_id_token_validity" { default = 60 }
variable "client_logout_urls" { default = [] }
variable "client_prevent_user_existence_errors" { default = null }
variable "client_read_attributes" { default = [] }
variable "client_refresh_token_rotation" { default = {} }
variable "client_refresh_token_validity" { default = 30 }
variable "client_supported_identity_providers" { default = [] }
variable "client_token_validity_units" { default = null }
variable "client_write_attributes" { default = [] }
variable "enable_propagate_additional_user_context_data" { default = null }
variable "identity_providers" { default = [] }
variable "resource_servers" { default = [] }
variable "resource_server_name" { default = null }
variable "resource_server_identifier" { default = null }
variable "resource_server_scope_name" { default = null }
variable "resource_server_scope_description" { default = null }
variable "user_groups" { default = [] }
variable "user_group_name" { default = null }
variable "user_group_role_arn" { default = null }

locals {
  differs = data.module_version.differs

  # Flat inputs beside an empty map are used by some versions and passed over by others.
  device_challenge = try(var.device_configuration.challenge_required_on_new_device, null)
  device_prompt    = try(var.device_configuration.device_only_remembered_on_user_prompt, null)
  device_is_on     = local.device_challenge == true || local.device_prompt == true
  device_is_off = (
    local.device_challenge == null && var.device_configuration_challenge_required_on_new_device == null &&
    local.device_prompt == null && var.device_configuration_device_only_remembered_on_user_prompt == null
  )
  device_configuration = local.device_is_on ? [var.device_configuration] : (
    local.device_is_off ? [] : local.differs.device_configuration
  )

  lambda_flat = [
    var.lambda_config_create_auth_challenge,
    var.lambda_config_custom_message,
    var.lambda_config_define_auth_challenge,
    var.lambda_config_post_authentication,
    var.lambda_config_post_confirmation,
    var.lambda_config_pre_authentication,
    var.lambda_config_pre_sign_up,
    var.lambda_config_pre_token_generation,
    var.lambda_config_user_migration,
    var.lambda_config_verify_auth_challenge_response,
    var.lambda_config_kms_key_id,
  ]
  lambda_is_flat = (
    length([for trigger in local.lambda_flat : trigger if trigger != null]) > 0 ||
    length(var.lambda_config_pre_token_generation_config) > 0 ||
    length(var.lambda_config_custom_email_sender) > 0 ||
    length(var.lambda_config_custom_sms_sender) > 0
  )
  lambda_config = try(length(var.lambda_config), 0) > 0 ? [var.lambda_config] : (
    local.lambda_is_flat ? local.differs.lambda_config : []
  )

  sms_configuration = {
    external_id    = try(var.sms_configuration.external_id, var.sms_configuration_external_id)
    sns_caller_arn = try(var.sms_configuration.sns_caller_arn, var.sms_configuration_sns_caller_arn)
  }

  default_client = {
    access_token_validity                         = var.client_access_token_validity
    allowed_oauth_flows                           = var.client_allowed_oauth_flows
    allowed_oauth_flows_user_pool_client          = var.client_allowed_oauth_flows_user_pool_client
    allowed_oauth_scopes                          = var.client_allowed_oauth_scopes
    auth_session_validity                         = var.client_auth_session_validity
    callback_urls                                 = var.client_callback_urls
    default_redirect_uri                          = var.client_default_redirect_uri
    enable_propagate_additional_user_context_data = var.enable_propagate_additional_user_context_data
    enable_token_revocation                       = var.client_enable_token_revocation
    explicit_auth_flows                           = var.client_explicit_auth_flows
    generate_secret                               = var.client_generate_secret
    id_token_validity                             = var.client_id_token_validity
    logout_urls                                   = var.client_logout_urls
    name                                          = var.client_name
    prevent_user_existence_errors                 = var.client_prevent_user_existence_errors
    read_attributes                               = var.client_read_attributes
    refresh_token_rotation                        = var.client_refresh_token_rotation
    refresh_token_validity                        = var.client_refresh_token_validity
    supported_identity_providers                  = var.client_supported_identity_providers
    token_validity_units                          = var.client_token_validity_units == null ? local.differs.token_validity_units : var.client_token_validity_units
    write_attributes                              = var.client_write_attributes
  }
  clients = length(var.clients) > 0 ? var.clients : (
    var.client_name == null || var.client_name == "" ? [] : [local.default_client]
  )

  default_resource_server = {
    name       = var.resource_server_name
    identifier = var.resource_server_identifier
    scope      = [{ scope_name = var.resource_server_scope_name, scope_description = var.resource_server_scope_description }]
  }
  resource_servers = length(var.resource_servers) > 0 ? var.resource_servers : (
    var.resource_server_name == null || var.resource_server_name == "" ? [] : [local.default_resource_server]
  )

  groups = length(var.user_groups) > 0 ? var.user_groups : (
    var.user_group_name == null || var.user_group_name == "" ? [] : [{ name = var.user_group_name, role_arn = var.user_group_role_arn }]
  )
}

resource "aws_cognito_user_pool" "pool" {
  count = var.enabled ? 1 : 0

  name                       = var.user_pool_name
  tags                       = var.tags
  alias_attributes           = var.alias_attributes
  username_attributes        = var.username_attributes
  auto_verified_attributes   = var.auto_verified_attributes
  mfa_configuration          = var.mfa_configuration == null ? local.differs.mfa_configuration : var.mfa_configuration
  deletion_protection        = var.deletion_protection == null ? local.differs.deletion_protection : var.deletion_protection
  user_pool_tier             = var.user_pool_tier
  sms_authentication_message = var.sms_authentication_message

  dynamic "username_configuration" {
    for_each = length(var.username_configuration) > 0 ? [var.username_configuration] : []
    content {
      case_sensitive = try(username_configuration.value.case_sensitive, true)
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = try(var.admin_create_user_config.allow_admin_create_user_only, var.admin_create_user_config_allow_admin_create_user_only)
  }

  dynamic "device_configuration" {
    for_each = local.device_configuration
    content {
      challenge_required_on_new_device      = try(device_configuration.value.challenge_required_on_new_device, null)
      device_only_remembered_on_user_prompt = try(device_configuration.value.device_only_remembered_on_user_prompt, null)
    }
  }

  email_configuration {
    email_sending_account = try(var.email_configuration.email_sending_account, var.email_configuration_email_sending_account)
    source_arn            = try(var.email_configuration.source_arn, var.email_configuration_source_arn)
    from_email_address    = try(var.email_configuration.from_email_address, var.email_configuration_from_email_address)
  }

  dynamic "email_mfa_configuration" {
    for_each = var.email_mfa_configuration == null ? [] : [var.email_mfa_configuration]
    content {
      message = email_mfa_configuration.value.message
      subject = email_mfa_configuration.value.subject
    }
  }

  dynamic "lambda_config" {
    for_each = local.lambda_config
    content {
      create_auth_challenge          = try(lambda_config.value.create_auth_challenge, null)
      custom_message                 = try(lambda_config.value.custom_message, null)
      define_auth_challenge          = try(lambda_config.value.define_auth_challenge, null)
      post_authentication            = try(lambda_config.value.post_authentication, null)
      post_confirmation              = try(lambda_config.value.post_confirmation, null)
      pre_authentication             = try(lambda_config.value.pre_authentication, null)
      pre_sign_up                    = try(lambda_config.value.pre_sign_up, null)
      pre_token_generation           = try(lambda_config.value.pre_token_generation, null)
      user_migration                 = try(lambda_config.value.user_migration, null)
      verify_auth_challenge_response = try(lambda_config.value.verify_auth_challenge_response, null)
      kms_key_id                     = try(lambda_config.value.kms_key_id, null)

      dynamic "pre_token_generation_config" {
        for_each = try([lambda_config.value.pre_token_generation_config], [])
        content {
          lambda_arn     = pre_token_generation_config.value.lambda_arn
          lambda_version = pre_token_generation_config.value.lambda_version
        }
      }
      dynamic "custom_email_sender" {
        for_each = try([lambda_config.value.custom_email_sender], [])
        content {
          lambda_arn     = custom_email_sender.value.lambda_arn
          lambda_version = custom_email_sender.value.lambda_version
        }
      }
      dynamic "custom_sms_sender" {
        for_each = try([lambda_config.value.custom_sms_sender], [])
        content {
          lambda_arn     = custom_sms_sender.value.lambda_arn
          lambda_version = custom_sms_sender.value.lambda_version
        }
      }
    }
  }

  password_policy {
    minimum_length    = var.password_policy == null ? var.password_policy_minimum_length : try(var.password_policy.minimum_length, null)
    require_lowercase = var.password_policy == null ? var.password_policy_require_lowercase : try(var.password_policy.require_lowercase, null)
    require_numbers   = var.password_policy == null ? var.password_policy_require_numbers : try(var.password_policy.require_numbers, null)
    require_symbols   = var.password_policy == null ? var.password_policy_require_symbols : try(var.password_policy.require_symbols, null)
    require_uppercase = var.password_policy == null ? var.password_policy_require_uppercase : try(var.password_policy.require_uppercase, null)
  }

  dynamic "schema" {
    for_each = concat(var.schemas, var.string_schemas, var.number_schemas)
    content {
      name                     = schema.value.name
      attribute_data_type      = schema.value.attribute_data_type
      developer_only_attribute = try(schema.value.developer_only_attribute, null)
      mutable                  = try(schema.value.mutable, null)
      required                 = try(schema.value.required, null)
    }
  }

  dynamic "sign_in_policy" {
    for_each = var.sign_in_policy == null && length(var.sign_in_policy_allowed_first_auth_factors) == 0 ? [] : [true]
    content {
      allowed_first_auth_factors = try(var.sign_in_policy.allowed_first_auth_factors, var.sign_in_policy_allowed_first_auth_factors)
    }
  }

  dynamic "sms_configuration" {
    for_each = local.sms_configuration.external_id == "" || local.sms_configuration.sns_caller_arn == "" ? [] : [local.sms_configuration]
    content {
      external_id    = sms_configuration.value.external_id
      sns_caller_arn = sms_configuration.value.sns_caller_arn
    }
  }

  software_token_mfa_configuration {
    enabled = try(var.software_token_mfa_configuration.enabled, var.software_token_mfa_configuration_enabled)
  }

  dynamic "user_pool_add_ons" {
    for_each = length(var.user_pool_add_ons) == 0 && var.user_pool_add_ons_advanced_security_mode == null ? [] : [true]
    content {
      advanced_security_mode = try(var.user_pool_add_ons.advanced_security_mode, var.user_pool_add_ons_advanced_security_mode)
    }
  }
}

resource "aws_cognito_user_pool_client" "client" {
  for_each = var.enabled ? { for number, client in local.clients : "${try(client.name, "client")}_${number}" => client } : {}

  user_pool_id                                  = aws_cognito_user_pool.pool[0].id
  name                                          = try(each.value.name, null)
  access_token_validity                         = try(each.value.access_token_validity, null)
  allowed_oauth_flows                           = try(each.value.allowed_oauth_flows, null)
  allowed_oauth_flows_user_pool_client          = try(each.value.allowed_oauth_flows_user_pool_client, null)
  allowed_oauth_scopes                          = try(each.value.allowed_oauth_scopes, null)
  auth_session_validity                         = try(each.value.auth_session_validity, null)
  callback_urls                                 = try(each.value.callback_urls, null)
  default_redirect_uri                          = try(each.value.default_redirect_uri, null)
  enable_propagate_additional_user_context_data = try(each.value.enable_propagate_additional_user_context_data, null)
  enable_token_revocation                       = try(each.value.enable_token_revocation, null)
  explicit_auth_flows                           = try(each.value.explicit_auth_flows, null)
  generate_secret                               = try(each.value.generate_secret, null)
  id_token_validity                             = try(each.value.id_token_validity, null)
  logout_urls                                   = try(each.value.logout_urls, null)
  prevent_user_existence_errors                 = try(each.value.prevent_user_existence_errors, null)
  read_attributes                               = try(each.value.read_attributes, null)
  refresh_token_validity                        = try(each.value.refresh_token_validity, null)
  supported_identity_providers                  = try(each.value.supported_identity_providers, null)
  write_attributes                              = try(each.value.write_attributes, null)

  dynamic "token_validity_units" {
    for_each = try(length(each.value.token_validity_units), 0) > 0 ? [each.value.token_validity_units] : []
    content {
      access_token  = try(token_validity_units.value.access_token, null)
      id_token      = try(token_validity_units.value.id_token, null)
      refresh_token = try(token_validity_units.value.refresh_token, null)
    }
  }

  # Older versions pass it over.
  dynamic "refresh_token_rotation" {
    for_each = try(length(each.value.refresh_token_rotation), 0) > 0 ? local.differs.refresh_token_rotation : []
    content {
      feature = refresh_token_rotation.value.feature
    }
  }
}

resource "aws_cognito_user_pool_domain" "domain" {
  count = !var.enabled || var.domain == null || var.domain == "" ? 0 : 1

  domain                = var.domain
  certificate_arn       = var.domain_certificate_arn
  managed_login_version = var.domain_managed_login_version
  user_pool_id          = aws_cognito_user_pool.pool[0].id
}

resource "aws_cognito_identity_provider" "identity_provider" {
  count = var.enabled ? length(var.identity_providers) : 0

  user_pool_id      = aws_cognito_user_pool.pool[0].id
  provider_name     = var.identity_providers[count.index].provider_name
  provider_type     = var.identity_providers[count.index].provider_type
  provider_details  = try(var.identity_providers[count.index].provider_details, {})
  attribute_mapping = try(var.identity_providers[count.index].attribute_mapping, {})
  idp_identifiers   = try(var.identity_providers[count.index].idp_identifiers, [])
}

resource "aws_cognito_resource_server" "resource" {
  count = var.enabled ? length(local.resource_servers) : 0

  user_pool_id = aws_cognito_user_pool.pool[0].id
  name         = local.resource_servers[count.index].name
  identifier   = local.resource_servers[count.index].identifier

  dynamic "scope" {
    for_each = try(local.resource_servers[count.index].scope, [])
    content {
      scope_name        = scope.value.scope_name
      scope_description = scope.value.scope_description
    }
  }
}

resource "aws_cognito_user_group" "main" {
  for_each = var.enabled ? { for group in local.groups : group.name => group } : {}

  user_pool_id = aws_cognito_user_pool.pool[0].id
  name         = each.key
  role_arn     = try(each.value.role_arn, null)
}

output "id" { value = aws_cognito_user_pool.pool[0].id }
output "arn" { value = aws_cognito_user_pool.pool[0].arn }
output "endpoint" { value = aws_cognito_user_pool.pool[0].endpoint }
output "name" { value = aws_cognito_user_pool.pool[0].name }
output "client_ids_map" { value = { for client in aws_cognito_user_pool_client.client : client.name => client.id } }
output "client_secrets_map" { value = { for client in aws_cognito_user_pool_client.client : client.name => client.client_secret } }

# With several clients the order of these is not the same in every version.
output "client_ids" {
  value = length(local.clients) > 1 ? local.differs.client_ids : values(aws_cognito_user_pool_client.client)[*].id
}
output "client_secrets" {
  value = length(local.clients) > 1 ? local.differs.client_secrets : values(aws_cognito_user_pool_client.client)[*].client_secret
}
