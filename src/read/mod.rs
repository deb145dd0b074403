//! Trees to facts: one file or folder per format.
//!
//! Readers say what stands where and judge nothing. Every infrastructure format arrives as CloudFormation-shaped
//! resources, every program as the API operations that it performs.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use crate::source::{FileId, Loc};
use crate::value::{ResourceKey, Value};
use crate::when::When;

pub mod amplify;
mod branches;
pub mod cloudformation;
pub mod facts;
pub mod ignore;
pub mod live;
mod nodes;
mod paths;
pub mod program;
pub mod pulumi;
mod redaction;
pub mod serverless;
pub mod settings;
pub mod terraform;
pub mod trees;

pub(crate) use redaction::{holds_secret, is_plain, is_secret, is_secret_of_call, secret_of_pair};

/// Everything the readers found.
#[derive(Debug, Default)]
pub struct Facts {
    /// Stack instances: a template, or one of its uses as a nested stack.
    pub stacks: Vec<Stack>,
    /// Resources in CloudFormation shape.
    pub resources: Vec<Resource>,
    /// Where the code of a function or container lies.
    pub code: Vec<CodeLocation>,
    /// API operations that code performs.
    pub calls: Vec<Call>,
    /// Identifiers and variables in application configuration, in files and in code.
    pub settings: Vec<Setting>,
    /// Program files of packages with a library that adds variables to the environment while the program runs (dotenv).
    pub filled_environments: BTreeSet<FileId>,
    /// Physical ids that are known to exist: from stack outputs written to files.
    pub known: Vec<KnownId>,
    /// What a plan says will change.
    pub changes: Vec<Change>,
    /// Resources that got another name and stay what they are.
    pub moves: Vec<Move>,
    /// What a configuration names as no longer part of it.
    pub removals: Vec<Removal>,
    /// What the scan wants to tell without it being a finding.
    pub notes: Vec<Note>,
    /// Files that could not be read or parsed, wholly or in part.
    pub unreadable: Vec<Unreadable>,
    /// What users ask not to be told.
    pub ignores: Vec<ignore::Ignore>,
    /// What accounts hold.
    pub live: live::Holdings,
}

impl Facts {
    /// Adds the facts of another reader.
    pub fn extend(&mut self, other: Self) {
        self.stacks.extend(other.stacks);
        self.resources.extend(other.resources);
        self.code.extend(other.code);
        self.calls.extend(other.calls);
        self.settings.extend(other.settings);
        self.filled_environments.extend(other.filled_environments);
        self.known.extend(other.known);
        self.changes.extend(other.changes);
        self.moves.extend(other.moves);
        self.removals.extend(other.removals);
        self.notes.extend(other.notes);
        self.unreadable.extend(other.unreadable);
        self.ignores.extend(other.ignores);
        self.live.extend(other.live);
    }
}

/// A stack instance.
#[derive(Debug)]
pub struct Stack {
    /// Its identity in this scan: the template's path; for a nested stack the parent's, `/` and the logical id.
    pub id: Arc<str>,
    /// The name it is deployed under, where it is known (CDK, samconfig).
    pub name: Option<Arc<str>>,
    /// Its template.
    pub file: FileId,
    /// Its outputs.
    pub outputs: Vec<Output>,
    /// Resources that are written and, as things are given, never deployed.
    pub undeployed: Vec<Arc<str>>,
    /// It may have resources that are not known: an include, a loop over something unknown, a macro.
    pub open: bool,
    /// Which combinations of its conditions can be.
    pub conditions: cloudformation::Conditions,
}

impl Stack {
    /// The output of a name.
    pub fn output(&self, name: &str) -> Option<&Output> {
        self.outputs.iter().find(|output| &*output.name == name)
    }
}

/// An output of a stack.
#[derive(Debug)]
pub struct Output {
    /// Its logical id.
    pub name: Arc<str>,
    /// Its value.
    pub value: Value,
    /// The name it is exported under.
    pub export: Option<Value>,
    /// The condition it is under.
    pub when: When,
    /// Where it stands.
    pub loc: Loc,
}

/// A resource in CloudFormation shape.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its stack and logical id.
    pub key: ResourceKey,
    /// Its CloudFormation type. SAM's types are kept (`AWS::Serverless::Function`).
    pub type_name: Arc<str>,
    /// Its properties: a map, or unknown as a whole. Globals are merged in.
    pub properties: Value,
    /// Where its logical id stands.
    pub loc: Loc,
    /// The line of the program that made it (CDK), when it is known and in the tree.
    pub source: Option<Loc>,
    /// The condition it is under.
    pub when: When,
    /// The construct's path (`aws:cdk:path`).
    pub construct: Option<Arc<str>>,
    /// Its `Metadata`, for ignores.
    pub metadata: Option<Value>,
    /// What becomes of the real thing when the resource goes.
    pub retention: Retention,
    /// Which of its properties stay as they are, whatever is written.
    pub ignored: Ignored,
    /// Properties that are not there by something that is only assumed, such as a variable's default.
    pub left_out: Vec<LeftOut>,
    /// Who deploys it.
    pub deployer: Deployer,
}

/// A property that is not there, as far as something holds that is only assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The property and those that it stands in, outermost first.
    pub path: Vec<Arc<str>>,
    /// What is assumed: `the default of var.flows`.
    pub assumed: Arc<str>,
    /// Where it would be written.
    pub loc: Loc,
}

/// Which properties of a resource stay as they are deployed, whatever is written: Terraform's `ignore_changes`, Pulumi's
/// `ignoreChanges`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ignored {
    /// None of them.
    #[default]
    Nothing,
    /// These, joined by dots.
    Properties(Vec<Arc<str>>),
    /// All, or it cannot be told which.
    All,
}

impl Ignored {
    /// Whether a property or a part of it stays as it is. One with a part that stays counts as a whole.
    pub fn covers(&self, path: &[&str]) -> bool {
        let is_of = |ignored: &Arc<str>| ignored.split('.').zip(path).all(|(mine, theirs)| mine == *theirs);
        match self {
            Self::Nothing => false,
            Self::Properties(ignored) => ignored.iter().any(is_of),
            Self::All => true,
        }
    }
}

/// Who deploys a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum Deployer {
    /// CloudFormation, with what is built on it, and what calls the Cloud Control API as Terraform's `awscc` does.
    #[default]
    CloudFormation,
    /// Terraform's `aws` provider, also behind Pulumi's.
    Terraform,
}

/// What becomes of the real thing when its resource goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retention {
    /// It is deleted.
    #[default]
    Deleted,
    /// It stays, and the stack lets go of it (`DeletionPolicy: Retain`).
    Kept,
    /// The change is refused (`prevent_destroy`).
    Guarded,
    /// It cannot be told.
    Unknown,
}

/// A resource that got another name and stays what it is: Terraform's `moved`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// What it was called.
    pub from: ResourceKey,
    /// What it is called now.
    pub to: ResourceKey,
}

/// A resource, or all those of a module, that a configuration names as no longer part of it: Terraform's `removed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The address that they had, without the keys of instances.
    pub from: ResourceKey,
    /// What becomes of them.
    pub retention: Retention,
}

/// Where the code that a resource runs lies.
#[derive(Clone, Debug)]
pub struct CodeLocation {
    /// The function (or container definition).
    pub resource: ResourceKey,
    /// A folder, or a file.
    pub path: CodePath,
    /// The handler as written: `src/app.handler`.
    pub handler: Option<Arc<str>>,
    /// Where the location is written.
    pub loc: Loc,
}

/// A place of code.
#[derive(Clone, Debug, PartialEq)]
pub enum CodePath {
    /// An absolute path of a folder or file.
    Path(Utf8PathBuf),
    /// The code stands inside the template; its file is the template's.
    Inline,
}

/// An operation of the Cognito API, or of its OAuth endpoints, that a line of code performs.
///
/// Every library's call arrives in the shape of the wire: what `user.refreshSession(token)` of
/// amazon-cognito-identity-js sends is an `InitiateAuth` with `AuthFlow`, `ClientId` and `AuthParameters`.
#[derive(Clone, Debug)]
pub struct Call {
    /// What it does.
    pub operation: Operation,
    /// Where: the call whose text holds the parameters, else the library's call itself.
    pub loc: Loc,
    /// The functions between that place and the library's call, outermost first.
    pub through: Vec<Loc>,
    /// The parameters in wire shape (a map, open where something unknown goes in).
    pub parameters: Value,
    /// The library.
    pub library: Library,
    /// What the library does without being asked.
    pub automatic: Automatic,
    /// Where it runs.
    pub side: Side,
    /// The address it is sent to, where the code sets one (an emulator, a proxy).
    pub endpoint: Option<Value>,
    /// Members of the answer that are read, as paths joined by dots (`AuthenticationResult.RefreshToken`).
    pub reads: Reads,
    /// Places where members of the answer are stored.
    pub stores: Vec<Store>,
    /// Under which condition of the program it happens.
    pub when: When,
    /// The function that holds it, for people.
    pub function: Option<Arc<str>>,
}

/// What is read of a call's answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reads {
    /// Paths that are read.
    pub paths: Vec<Arc<str>>,
    /// The answer (or part of it) goes somewhere that is not followed, so that more may be read.
    pub escapes: bool,
}

/// Where a member of a call's answer is stored.
#[derive(Clone, Debug)]
pub struct Store {
    /// What is written to: `localStorage.refreshToken`, `self.refresh_token`, `session.refreshToken`, a column's name.
    pub target: Arc<str>,
    /// The path of the answer that is stored (`AuthenticationResult.RefreshToken`).
    pub path: Arc<str>,
    /// Whether another value is used where the answer has none (`new ?? old`), or the old one stays (`if (new) old = new`).
    pub has_fallback: bool,
    /// Where.
    pub loc: Loc,
}

/// What a call does, named as the service names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the service's own operation names")]
pub enum Operation {
    InitiateAuth,
    AdminInitiateAuth,
    RespondToAuthChallenge,
    AdminRespondToAuthChallenge,
    GetTokensFromRefreshToken,
    RevokeToken,
    SignUp,
    ConfirmSignUp,
    ResendConfirmationCode,
    ForgotPassword,
    ConfirmForgotPassword,
    ConfirmDevice,
    UpdateDeviceStatus,
    AdminUpdateDeviceStatus,
    ForgetDevice,
    GlobalSignOut,
    UpdateUserPool,
    UpdateUserPoolClient,
    DescribeUserPool,
    DescribeUserPoolClient,
    CreateUserPool,
    CreateUserPoolClient,
    /// `POST /oauth2/token`; parameters are the form's: `grant_type`, `client_id`, …; `Encoding` is `json` or `form`.
    Token,
    /// Sends the user to `/oauth2/authorize`; parameters are the query's.
    Authorize,
    /// Verifies a token: `UserPoolId`, `ClientId`, `TokenUse`, `Issuer`, `Audience` as far as the library takes them.
    Verify,
    /// Decodes a token without verifying it; `Token` is what is decoded.
    Decode,
    /// Exchanges a token at an identity pool (`GetId`, `GetCredentialsForIdentity`): `IdentityPoolId`, `Logins`.
    Federate,
    /// Any other operation of the user pools API; its name is in [`Call::library`]'s entry.
    #[serde(other)]
    Other,
}

/// A library and its version.
#[derive(Clone, Debug, PartialEq)]
pub struct Library {
    /// Its package name: `@aws-sdk/client-cognito-identity-provider`, `boto3`, `aws-amplify`, `http`.
    pub name: Arc<str>,
    /// The version of the lock or manifest file, as written.
    pub version: Option<Arc<str>>,
    /// The library's function or method, for people: `refreshSession`.
    pub entry: Arc<str>,
}

/// What a library does by itself around a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Automatic {
    /// It confirms a new device after sign-in.
    pub confirms_device: bool,
    /// It answers the device challenges (`DEVICE_SRP_AUTH`).
    pub answers_device_challenge: bool,
    /// It stores the tokens it receives, new refresh tokens included.
    pub stores_tokens: bool,
    /// It cannot use a client that has a secret.
    pub no_secret: bool,
    /// The user did not write this call; the library makes it when tokens expire.
    pub implicit: bool,
}

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum Side {
    /// In a browser.
    Browser,
    /// In a mobile or desktop app.
    Mobile,
    /// On a server, in a function.
    Server,
    /// On a developer's machine or in a pipeline.
    Script,
    /// It cannot be told.
    #[serde(other)]
    Unknown,
}

/// A piece of application configuration.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What it holds.
    pub kind: SettingKind,
    /// The key as code would read it: the environment variable's name, or the path joined by dots.
    pub key: Arc<str>,
    /// Its value: redirect and sign-out addresses and scopes as lists, an empty one as null. A secret's value, and one
    /// of another variable that might be a secret, is [`crate::value::Why::Redacted`].
    pub value: Value,
    /// Where the key stands.
    pub loc: Loc,
    /// Where the file will lie, absolute, that a deployment writes it to; none: it stands in the file of `loc`.
    pub path: Option<Utf8PathBuf>,
    /// Settings that stand together (one `.env` file, one Amplify section, one object literal) share a group.
    pub group: Arc<str>,
    /// Who reads it.
    pub reader: Reader,
    /// It reaches the user's browser or device: a bundler's prefix, an Amplify file, a literal in front-end code.
    pub public: bool,
    /// The file is an example, a template or documentation.
    pub example: bool,
}

/// Who reads a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
pub enum Reader {
    /// The environment of a process (`.env`, compose, Kubernetes, a shell).
    Environment,
    /// Code, by key (`appsettings.json`, `application.yml`, a JSON file).
    Configuration,
    /// A library that is given the file or object as it is (Amplify).
    Library,
    /// A deployment: parameter values for a template.
    Deployment,
}

/// What a setting holds, by its key's name and its value's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum SettingKind {
    UserPoolId,
    UserPoolArn,
    ClientId,
    ClientSecret,
    IdentityPoolId,
    Region,
    Domain,
    Issuer,
    RedirectUri,
    LogoutUri,
    Scope,
    ResponseType,
    AuthFlow,
    /// Any other variable that may be linked by its name: an entry of an environment.
    #[serde(other)]
    Other,
}

/// A physical id that is known to exist.
#[derive(Clone, Debug)]
pub struct KnownId {
    /// What it is the id of.
    pub kind: SettingKind,
    /// The id.
    pub id: Arc<str>,
    /// For a client, its pool's id, where the same source tells.
    pub pool: Option<Arc<str>>,
    /// The stack and output it came from.
    pub stack: Option<Arc<str>>,
    /// The output's name.
    pub output: Option<Arc<str>>,
    /// The resource that has it, where the same source tells.
    pub resource: Option<ResourceKey>,
    /// An account itself tells it, of which it may be a small part that the project is about.
    pub is_live: bool,
    /// Where.
    pub loc: Loc,
}

/// What becomes of a resource: told by a plan, or by comparing two readings of a project.
#[derive(Clone, Debug)]
pub struct Change {
    /// The resource as it is; nothing where it is new.
    pub before: Option<Resource>,
    /// The resource as it will be; nothing where it goes.
    pub after: Option<Resource>,
    /// Whether the change makes a new resource in place of the old one.
    pub replacement: Replacement,
    /// Where the change is written: the plan's entry, or the line that differs.
    pub loc: Loc,
}

/// Whether a change makes a new resource in place of the old one.
#[derive(Clone, Debug, PartialEq)]
pub enum Replacement {
    /// Nobody has said so; the properties that differ decide.
    Undecided,
    /// The plan changes the resource in place.
    No,
    /// The plan replaces it, because of these properties (CloudFormation's names, joined by dots) where it names them.
    Yes(Vec<Arc<str>>),
}

/// The kind of the notes on programs that make user pools when they run.
pub const UNSYNTHESISED: &str = "unsynthesised";

/// Something to tell that is not a finding.
#[derive(Clone, Debug)]
pub struct Note {
    /// A short fixed name: `limit`, `no-pool`, `no-code`, `unresolved`, `duplicate-key`, `stale-assembly`, …
    pub kind: &'static str,
    /// One sentence.
    pub message: String,
    /// The file it is about.
    pub file: Option<FileId>,
    /// The place in it.
    pub loc: Option<Loc>,
}

/// A file or part of one that could not be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub loc: Loc,
}
