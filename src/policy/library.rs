//! How the Guard library is called: where it may recurse, and without it ending or talking over the program.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Once, OnceLock};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The stack of the threads on which the library runs, in bytes, whatever a system gives by itself. It is address space:
/// memory is used as far as the library recurses.
pub const STACK: usize = 64 << 20;

thread_local! {
    /// The library runs on this thread.
    static IS_CALLED: Cell<bool> = const { Cell::new(false) };
}

/// Calls the library on a deep stack. What it panics of is an error, and is not printed.
///
/// # Errors
/// A sentence.
pub fn call<T: Send>(library: impl FnOnce() -> T + Send) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let others = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_CALLED.get() {
                others(panic);
            }
        }));
    });
    let caught = || {
        IS_CALLED.set(true);
        let answer = catch_unwind(AssertUnwindSafe(library));
        IS_CALLED.set(false);
        answer.map_err(|reason| format!("the Guard library panicked: {}", text_of(&*reason)))
    };
    threads()?.install(caught)
}

/// The threads, made when a first policy is looked at.
fn threads() -> Result<&'static ThreadPool, String> {
    static THREADS: OnceLock<Result<ThreadPool, String>> = OnceLock::new();
    let make = || {
        let name = |number| format!("policies {number}");
        let made = ThreadPoolBuilder::new().stack_size(STACK).thread_name(name).build();
        made.map_err(|error| format!("there is no thread for the Guard library: {error}"))
    };
    THREADS.get_or_init(make).as_ref().map_err(Clone::clone)
}

/// The first line of what was panicked of.
fn text_of(reason: &(dyn Any + Send)) -> &str {
    let text = reason.downcast_ref::<&str>().copied();
    let text = text.or_else(|| reason.downcast_ref::<String>().map(String::as_str)).unwrap_or_default();
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use cfn_guard::{ValidateInput, run_checks};

    use super::super::recursion::{self, DEEPEST, LONGEST};
    use super::super::tree::Tree;
    use super::*;

    #[test]
    fn what_is_panicked_of_is_told() {
        assert_eq!(call(|| 1), Ok(1));
        let told = call(|| panic!("index {} is out of bounds\nand more", 7)).map(|(): ()| ());
        assert_eq!(told, Err("the Guard library panicked: index 7 is out of bounds".to_owned()));
        assert_eq!(call(|| 2), Ok(2), "the threads live on");
    }

    /// The deepest policies that are taken, on a quarter of the stack.
    #[test]
    fn the_deepest_policies_leave_most_of_the_stack() {
        let deep = |inner: &dyn Fn(usize) -> String| -> String { (0..DEEPEST - 2).map(inner).collect() };
        let steps = ".*".repeat(LONGEST - 2);
        let rules = deep(&|number| format!("rule R{number} when R{0} {{\nR{0} or R{0}\n}}\n", number + 1));
        let uses = deep(&|number| format!("rule P{number}(x) {{\nP{}(%x{steps})\n}}\n", number + 1));
        let lets = deep(&|number| format!("let v{} = %v{number}{steps}\n", number + 1));
        let blocks = "when Resources exists {\n".repeat(DEEPEST - 2);
        let end = DEEPEST - 2;
        for policy in [
            format!("{rules}rule R{end} {{\nResources{steps} exists\n}}\n"),
            format!("{uses}rule P{end}(x) {{\n%x exists\n}}\nrule A {{\nP0(Resources)\n}}\n"),
            format!("let v0 = Resources\n{lets}rule A {{\n%v{end} exists\n}}\n"),
            format!("rule A {{\n{blocks}Resources{steps} exists\n{}}}\n", "}\n".repeat(end)),
        ] {
            let deepest = format!("{}1{}", "[".repeat(60), "]".repeat(60));
            let document = format!("{{\"Resources\": {{\"A\": {deepest}}}}}");
            recursion::check(&Tree::parse(&policy).unwrap()).unwrap();
            let run = move || {
                let data = ValidateInput { content: &document, file_name: "view" };
                run_checks(data, ValidateInput { content: &policy, file_name: "policy" }, true).map(|_| ())
            };
            let thread = std::thread::Builder::new().stack_size(STACK / 4).spawn(run).unwrap();
            thread.join().unwrap().unwrap();
        }
    }

    #[test]
    fn calls_have_the_whole_stack() {
        fn deep(left: usize) -> usize {
            let frame = std::hint::black_box([left; 128]);
            if left == 0 { frame.len() } else { deep(left - 1).max(frame[7]) }
        }
        // In frames of a kilobyte, many times what a thread has by itself.
        assert_eq!(call(|| deep(20_000)), Ok(20_000));
    }
}
