"""Makes what a template declares at an endpoint, with the AWS SDK, and prints the ids by logical id as JSON.

Properties go to the service under the names that its API has for them; references are those of `Ref` alone.
"""

import json
import sys

import boto3

endpoint, path = sys.argv[1:]
account = {"region_name": "eu-west-1", "aws_access_key_id": "none", "aws_secret_access_key": "none"}
user_pools = boto3.client("cognito-idp", endpoint_url=endpoint, **account)
identity_pools = boto3.client("cognito-identity", endpoint_url=endpoint, **account)
ids = {}


def resolved(value):
    if isinstance(value, dict):
        reference = value.get("Ref")
        return ids[reference] if reference else {key: resolved(inner) for key, inner in value.items()}
    return [resolved(inner) for inner in value] if isinstance(value, list) else value


def pool(name, properties):
    properties["PoolName"] = properties.pop("UserPoolName", name)
    return user_pools.create_user_pool(**properties)["UserPool"]["Id"]


def client(name, properties):
    properties.setdefault("ClientName", name)
    return user_pools.create_user_pool_client(**properties)["UserPoolClient"]["ClientId"]


def identity_pool(name, properties):
    properties.setdefault("IdentityPoolName", name)
    for provider in properties["CognitoIdentityProviders"]:
        provider["ProviderName"] = f"cognito-idp.eu-west-1.amazonaws.com/{provider['ProviderName']}"
    return identity_pools.create_identity_pool(**properties)["IdentityPoolId"]


MAKERS = {
    "AWS::Cognito::UserPool": pool,
    "AWS::Cognito::UserPoolClient": client,
    "AWS::Cognito::IdentityPool": identity_pool,
}

with open(path) as template:
    resources = json.load(template)["Resources"]
for wanted, make in MAKERS.items():
    for name, resource in resources.items():
        if resource["Type"] == wanted:
            ids[name] = make(name, resolved(resource.get("Properties", {})))
print(json.dumps(ids))
