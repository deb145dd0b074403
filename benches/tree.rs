//! A whole scan of a large tree beside ripgrep's search of it for the same words, warm, in one run.
//!
//! `cargo bench --bench tree` fails where the scan takes more than [`MOST`] times as long. `rg` is built into `target/` if
//! the machine has none. The tree is made in `TMPDIR`; a folder in memory saves most of the time.
#![expect(clippy::print_stdout, reason = "a benchmark says what it measured")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use cognito_lint::source::prefilter;

/// Files of the tree.
const FILES: usize = 100_000;
/// Files in one folder.
const IN_A_FOLDER: usize = 100;
/// One file in so many mentions Cognito.
const ONE_IN: usize = 100;
/// How often each program runs; the middle one counts.
const RUNS: usize = 5;
/// How many times as long as the search the scan may take.
const MOST: f64 = 3.0;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = tempfile::Builder::new().prefix("tree").tempdir()?;
    let (tree, words) = (folder.path().join("tree"), folder.path().join("words"));
    plant(&tree)?;
    fs::write(&words, prefilter::words().fold(String::new(), |all, word| all + word + "\n"))?;

    let mut scan = Command::new(env!("CARGO_BIN_EXE_cognito-lint"));
    scan.current_dir(&tree).args(["--exit-zero", "--allow-empty", "--format", "json"]);
    let mut search = Command::new(ripgrep()?);
    search.current_dir(&tree).args(["--ignore-case", "--count", "--file"]).arg(&words).arg(".");

    // The first run of each warms the cache.
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..=RUNS {
        times[0].push(time(&mut scan)?);
        times[1].push(time(&mut search)?);
    }
    let [scan, search] = times.map(|times| middle(times.into_iter().skip(1).collect()));
    let ratio = scan.as_secs_f64() / search.as_secs_f64();
    println!(
        "{FILES} files, one in {ONE_IN} mentions Cognito: scan {scan:.2?}, ripgrep {search:.2?}, ratio {ratio:.2}"
    );
    Ok(if ratio > MOST { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn time(command: &mut Command) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status()?;
    let taken = start.elapsed();
    if status.success() { Ok(taken) } else { Err(format!("{command:?} ends with {status}").into()) }
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The machine's `rg`, or one that is built now.
fn ripgrep() -> Result<PathBuf, Box<dyn Error>> {
    let runs = |program: &Path| Command::new(program).arg("--version").stdout(Stdio::null()).status().is_ok();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ripgrep");
    let built = root.join("bin/rg");
    if runs(Path::new("rg")) {
        return Ok("rg".into());
    }
    if !runs(&built) {
        let status = Command::new("cargo").args(["install", "--locked", "ripgrep", "--root"]).arg(root).status()?;
        if !status.success() {
            return Err("ripgrep cannot be installed".into());
        }
    }
    Ok(built)
}

/// Writes the tree: TypeScript, Python and YAML in turns.
fn plant(tree: &Path) -> Result<(), Box<dyn Error>> {
    for number in 0..FILES {
        let folder = tree.join(format!("area{}/unit{}", number / IN_A_FOLDER / 10, number / IN_A_FOLDER % 10));
        if number % IN_A_FOLDER == 0 {
            fs::create_dir_all(&folder)?;
        }
        let concerns = number % ONE_IN == ONE_IN / 2;
        let (name, text) = match (number / ONE_IN + number) % 3 {
            0 => ("ts", typescript(number, concerns)?),
            1 => ("py", python(number, concerns)?),
            _ => ("yaml", yaml(number, concerns)?),
        };
        fs::write(folder.join(format!("file{number}.{name}")), text)?;
    }
    Ok(())
}

fn typescript(number: usize, concerns: bool) -> Result<String, std::fmt::Error> {
    let mut text = format!("import {{ store }} from \"../store{}\";\n\n", number % 7);
    for part in 0..12 {
        writeln!(text, "export async function step{part}(input: Order{number}): Promise<number> {{")?;
        writeln!(text, "  const total = input.lines.reduce((sum, line) => sum + line.price * line.count, {part});")?;
        writeln!(
            text,
            "  await store.put({{ id: `order-{number}-${{total}}`, at: new Date().toISOString(), total }});"
        )?;
        writeln!(text, "  return total > {number} ? total : input.minimum;\n}}\n")?;
    }
    if concerns {
        text.push_str(
            "import { CognitoIdentityProviderClient, InitiateAuthCommand } from \"@aws-sdk/client-cognito-identity-provider\";\n\
             const cognito = new CognitoIdentityProviderClient({});\n\
             export const refresh = (token: string) =>\n  cognito.send(new InitiateAuthCommand({\n    \
             ClientId: process.env.CLIENT_ID,\n    AuthFlow: \"REFRESH_TOKEN_AUTH\",\n    \
             AuthParameters: { REFRESH_TOKEN: token },\n  }));\n",
        );
    }
    Ok(text)
}

fn python(number: usize, concerns: bool) -> Result<String, std::fmt::Error> {
    let mut text = format!("import logging\n\nlog = logging.getLogger(\"unit{number}\")\n\n");
    for part in 0..12 {
        writeln!(text, "\ndef step_{part}(rows, limit={number}):")?;
        writeln!(text, "    total = sum(row[\"price\"] * row[\"count\"] for row in rows[{part}:limit])")?;
        writeln!(text, "    log.info(\"step {part}: %s rows, %s in all\", len(rows), total)")?;
        writeln!(text, "    return {{\"id\": f\"order-{number}-{{total}}\", \"total\": total}}\n")?;
    }
    if concerns {
        text.push_str(
            "\nimport os\nimport boto3\n\nidp = boto3.client(\"cognito-idp\")\n\n\ndef refresh(token):\n    \
             return idp.initiate_auth(\n        ClientId=os.environ[\"CLIENT_ID\"],\n        \
             AuthFlow=\"REFRESH_TOKEN_AUTH\",\n        AuthParameters={\"REFRESH_TOKEN\": token},\n    )\n",
        );
    }
    Ok(text)
}

fn yaml(number: usize, concerns: bool) -> Result<String, std::fmt::Error> {
    let mut text = "Resources:\n".to_owned();
    for part in 0..12 {
        writeln!(text, "  Queue{number}x{part}:\n    Type: AWS::SQS::Queue\n    Properties:")?;
        writeln!(text, "      QueueName: !Sub \"${{AWS::StackName}}-orders-{number}-{part}\"")?;
        writeln!(text, "      VisibilityTimeout: {}\n      MessageRetentionPeriod: 345600", 30 + part)?;
    }
    if concerns {
        writeln!(
            text,
            "  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      UserPoolName: users-{number}"
        )?;
        writeln!(text, "      DeviceConfiguration: {{ ChallengeRequiredOnNewDevice: true }}")?;
        writeln!(
            text,
            "  Client:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      UserPoolId: !Ref Pool"
        )?;
    }
    Ok(text)
}
