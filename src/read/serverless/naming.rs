//! The logical ids that the framework gives to what it makes.
//!
//! <https://github.com/serverless/serverless/blob/v3/lib/plugins/aws/lib/naming.js>

/// The API behind `http` events.
pub const REST_API: &str = "ApiGatewayRestApi";

/// The API behind `httpApi` events.
pub const HTTP_API: &str = "HttpApi";

/// The function of a name.
pub fn function(name: &str) -> String {
    format!("{}LambdaFunction", normalized(name))
}

/// The pool that a `cognitoUserPool` event names.
pub fn pool(name: &str) -> String {
    format!("CognitoUserPool{}", upper_first(&letters_and_digits(name)))
}

/// The permission of a pool to call a function at a trigger.
pub fn pool_permission(function: &str, pool: &str, trigger: &str) -> String {
    let pool = upper_first(&letters_and_digits(pool));
    format!("{}LambdaPermissionCognitoUserPool{pool}TriggerSource{trigger}", normalized(function))
}

/// The authorizer of a REST API.
pub fn rest_authorizer(name: &str) -> String {
    format!("{}ApiGatewayAuthorizer", normalized(name))
}

/// The authorizer of an HTTP API.
pub fn http_authorizer(name: &str) -> String {
    format!("HttpApiAuthorizer{}", normalized(name))
}

fn normalized(name: &str) -> String {
    upper_first(&name.replace('-', "Dash").replace('_', "Underscore"))
}

fn letters_and_digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_logical_ids() {
        assert_eq!(function("sign-in_v2"), "SignDashinUnderscorev2LambdaFunction");
        assert_eq!(pool("my pool-1"), "CognitoUserPoolMypool1");
        assert_eq!(
            pool_permission("preSignUp", "users", "PreSignUp"),
            "PreSignUpLambdaPermissionCognitoUserPoolUsersTriggerSourcePreSignUp"
        );
        assert_eq!(rest_authorizer("cognito"), "CognitoApiGatewayAuthorizer");
        assert_eq!(http_authorizer("jwt-auth"), "HttpApiAuthorizerJwtDashauth");
        assert_eq!(upper_first(""), "");
    }
}
