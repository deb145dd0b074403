use camino::Utf8PathBuf;
use cognito_lint::{read::settings, source::discovery::discover, syntax::data};
fn main() {
    let path = Utf8PathBuf::from(std::env::args().nth(1).unwrap());
    let path = path.canonicalize_utf8().unwrap();
    let found = discover(&[path.clone()], &path).unwrap();
    let t = std::time::Instant::now();
    let trees: Vec<_> = found
        .relevant
        .iter()
        .filter_map(|id| {
            let f = found.sources.file(*id);
            Some((*id, data::parse(&f.path, f.text())?))
        })
        .collect();
    let t1 = t.elapsed();
    let t = std::time::Instant::now();
    let facts = settings::read(trees.iter().map(|(a, b)| (*a, b)), &found.sources);
    eprintln!(
        "{path}: {} seen, {} trees, parse {t1:?}, settings {:?}, {} settings, {} known",
        found.seen,
        trees.len(),
        t.elapsed(),
        facts.settings.len(),
        facts.known.len()
    );
    if std::env::var("TIMES").is_ok() {
        for (a, b) in &trees {
            let t = std::time::Instant::now();
            let f = settings::read([(*a, b)], &found.sources);
            eprintln!(
                "{:?} {} bytes {} {}",
                t.elapsed(),
                found.sources.file(*a).text().len(),
                f.settings.len(),
                found.sources.file(*a).path
            );
        }
    }
    let all = std::env::args().nth(2).is_some();
    for s in &facts.settings {
        if !all && s.kind == cognito_lint::read::SettingKind::Other {
            continue;
        }
        let p = found.sources.position(s.loc);
        println!(
            "{:?}\t{}\t{}\t{}:{}\t{}{}{:?}",
            s.kind,
            s.key,
            format!("{:?}", s.value.kind).chars().take(110).collect::<String>(),
            found.sources.file(s.loc.file).path,
            p.line,
            if s.public { "P " } else { "" },
            if s.example { "E " } else { "" },
            s.reader
        );
    }
    for k in &facts.known {
        println!("KNOWN {:?} {} {:?} {:?} {:?}", k.kind, k.id, k.pool, k.stack, k.output);
    }
}
