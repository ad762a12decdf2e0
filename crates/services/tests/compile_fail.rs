//! Code that must not compile: a grant for another object or verb, a missing check, a forged grant, a write without a name.
//! When the compiler's messages change, `TRYBUILD=overwrite cargo test -p guildhall-services --test compile_fail` updates
//! the expectations.

/// Compiled with these tests: trybuild would make and link a second copy of every library for it.
#[path = "compile_fail/allowed.rs"]
#[allow(dead_code)]
mod allowed;

#[test]
fn grants_are_bound_to_object_and_verb() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("tests/compile_fail/wrong_object.rs");
    tests.compile_fail("tests/compile_fail/wrong_verb.rs");
    tests.compile_fail("tests/compile_fail/forgotten_check.rs");
    tests.compile_fail("tests/compile_fail/forged_grant.rs");
    tests.compile_fail("tests/compile_fail/unnamed_write.rs");
}
