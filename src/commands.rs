//! One file per subcommand.

mod codegen;
mod explain;
mod init;
mod list;
mod plan;
mod recorded;
mod replay;
mod report;
mod run;
mod schema;
mod serve;
mod snapshots;
mod target;
mod undo;
mod verify;
mod watch;

pub(crate) use serve::TraitArgs;

use botspec_reference::faults::{self, Fault};
use botspec_reference::variations::{self, Variation};
use botspec_schema::{Catalog, Dialect, closest};

use crate::cli::{CodegenCommand, Command, ReportCommand};
use crate::failure::Failure;

/// Carries out a command; the number is the exit code.
pub(crate) fn dispatch(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Init(args) => init::init(&args),
        Command::Doctor(args) => init::doctor(&args),
        Command::Replay(args) => replay::replay(&args),
        Command::Undo(args) => undo::undo(&args),
        Command::List(args) => list::list(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Serve(args) => serve::serve(&args),
        Command::Watch(args) => watch::watch(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Schema(command) => schema::schema(command),
        Command::Codegen(CodegenCommand::Rust(args)) => codegen::rust(&args),
        Command::Codegen(CodegenCommand::Typescript(args)) => codegen::typescript(&args),
        Command::Codegen(CodegenCommand::Python(args)) => codegen::python(&args),
        Command::Report(ReportCommand::Render(args)) => report::render(&args),
        Command::Report(ReportCommand::Diff(args)) => report::diff(&args),
        Command::Report(ReportCommand::Merge(args)) => report::merge(&args),
        Command::Report(ReportCommand::Matrix(args)) => report::matrix(&args),
        Command::Snapshots(command) => snapshots::run(&command),
    }
}

/// The dialect that is meant where nobody names one: what all implementations were written after.
const STANDARD: &str = "onebot11";

/// The dialects of an optional name: that one, or all of them.
fn dialects(name: Option<&str>) -> Result<Vec<&'static Dialect>, Failure> {
    match name {
        Some(name) => Ok(vec![dialect(name)?]),
        None => Ok(Catalog::builtin().dialects().collect()),
    }
}

/// The dialect of that name or of that product, or a usage error that names those there are.
fn dialect(name: &str) -> Result<&'static Dialect, Failure> {
    let catalog = Catalog::builtin();
    catalog.dialect(name).or_else(|| of_product(catalog, name)).ok_or_else(|| {
        let known: Vec<&str> = catalog.names().collect();
        let near = closest(name, known.iter().copied()).map(|near| format!("; closest: `{near}`")).unwrap_or_default();
        Failure::usage(format!("unknown dialect `{name}`{near}; dialects: {}", known.join(", ")))
    })
}

/// The dialect that a product speaks: the one whose name or title is spelt with other signs or capitals, or else the only
/// one whose summary speaks of the product.
fn of_product<'c>(catalog: &'c Catalog, name: &str) -> Option<&'c Dialect> {
    let plain = |text: &str| text.chars().filter(|it| it.is_alphanumeric()).collect::<String>().to_lowercase();
    let wanted = plain(name);
    if let Some(named) = catalog.dialects().find(|it| plain(it.name()) == wanted || plain(&it.file.title.en) == wanted)
    {
        return Some(named);
    }
    let speaks = |it: &&Dialect| {
        it.file
            .summary
            .en
            .split(|sign: char| !(sign.is_alphanumeric() || sign == '-'))
            .any(|word| plain(word) == wanted)
    };
    let mut found = catalog.dialects().filter(speaks);
    found.next().filter(|_| !wanted.is_empty() && found.next().is_none())
}

/// The faults of those names, or a usage error.
fn faults(dialect: &Dialect, ids: &[String]) -> Result<Vec<Fault>, Failure> {
    let found = ids.iter().map(|id| faults::find(dialect, id)).collect::<Result<_, _>>();
    found.map_err(|error| Failure::usage(format!("--fault: {error}; `botspec list --faults` names them all")))
}

/// The variations of those names, or a usage error.
fn variations(ids: &[String]) -> Result<Vec<Variation>, Failure> {
    let found = ids.iter().map(|id| variations::find(id)).collect::<Result<_, _>>();
    found.map_err(|error| Failure::usage(format!("--vary: {error}")))
}
