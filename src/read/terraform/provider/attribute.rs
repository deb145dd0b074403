//! What the attributes of a provider's resources and data are.

use super::names::{Dialect, same};
use super::tables;

/// What an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute<'a> {
    /// An attribute of the resource, by CloudFormation's name for it: `Ref`, `Arn`, `ClientSecret`.
    Of(&'a str),
    /// What the configuration says under this argument. Where it says nothing the provider decides: unknown.
    Configured(&'a str),
    /// A pseudo parameter: `AWS::Region`.
    Pseudo(&'a str),
    /// What the parameter store holds under the name that this argument gives.
    SsmParameter(&'a str),
    /// What Secrets Manager holds under the name or ARN that this argument gives.
    Secret(&'a str),
}

use Attribute::{Configured, Of, Pseudo, Secret, SsmParameter};

/// Data that is what its arguments say, or that a reference can stand for.
const DATA: &[(&str, &[(&str, Attribute<'_>)])] = &[
    ("data.aws_caller_identity", &[("account_id", Pseudo("AWS::AccountId")), ("id", Pseudo("AWS::AccountId"))]),
    ("data.aws_cognito_user_pool", &[("id", Configured("user_pool_id")), ("user_pool_id", Configured("user_pool_id"))]),
    (
        "data.aws_cognito_user_pool_client",
        &[
            ("id", Configured("client_id")),
            ("client_id", Configured("client_id")),
            ("user_pool_id", Configured("user_pool_id")),
        ],
    ),
    ("data.aws_cognito_user_pool_clients", &[("user_pool_id", Configured("user_pool_id"))]),
    (
        "data.aws_lambda_function",
        &[("function_name", Configured("function_name")), ("id", Configured("function_name"))],
    ),
    ("data.aws_partition", &[("partition", Pseudo("AWS::Partition")), ("dns_suffix", Pseudo("AWS::URLSuffix"))]),
    (
        "data.aws_region",
        &[("name", Pseudo("AWS::Region")), ("region", Pseudo("AWS::Region")), ("id", Pseudo("AWS::Region"))],
    ),
    ("data.aws_secretsmanager_secret", &[("name", Configured("name")), ("id", Configured("name"))]),
    ("data.aws_secretsmanager_secret_version", &[("secret_string", Secret("secret_id"))]),
    (
        "data.aws_ssm_parameter",
        &[
            ("value", SsmParameter("name")),
            ("insecure_value", SsmParameter("name")),
            ("name", Configured("name")),
            ("id", Configured("name")),
        ],
    ),
];

impl Attribute<'_> {
    /// Whether the provider gives it back after the resource was made.
    pub(super) fn is_given_back(&self) -> bool {
        matches!(self, Of(_))
    }
}

/// Whether this is data that something is known of.
pub(super) fn is_data(type_name: &str) -> bool {
    data(type_name).is_some()
}

fn data(type_name: &str) -> Option<&'static [(&'static str, Attribute<'static>)]> {
    DATA.iter().find(|(name, _)| *name == type_name).map(|(_, attributes)| *attributes)
}

/// What an attribute of a resource or of data is. `None` where the type is not known, or nothing can be said of it.
pub fn attribute<'a>(type_name: &str, attribute: &'a str) -> Option<Attribute<'a>> {
    let among = |listed: &'static [(&'static str, Attribute<'static>)]| {
        listed.iter().find(|(name, _)| same(name, attribute)).map(|(_, attribute)| *attribute)
    };
    if let Some(listed) = data(type_name) {
        return among(listed);
    }
    let (table, dialect) = tables::find(type_name)?;
    let given_back = match dialect {
        Dialect::Own => among(table.attributes),
        Dialect::Mirror if same("id", attribute) => return table.id_is_ref.then_some(Of("Ref")),
        Dialect::Mirror => table.read_only.iter().find(|name| same(name, attribute)).map(|name| Of(name)),
    };
    given_back.or(Some(Configured(attribute)))
}
