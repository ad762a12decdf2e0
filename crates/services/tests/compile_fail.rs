//! What must not compile: the wrong object, the wrong verb, the forgotten check, a grant of one's own making. When the
//! compiler's words change, `TRYBUILD=overwrite cargo test -p guildhall-services --test compile_fail` writes them anew.

#[test]
fn grants_are_bound_to_object_and_verb() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/compile_fail/allowed.rs");
    tests.compile_fail("tests/compile_fail/wrong_object.rs");
    tests.compile_fail("tests/compile_fail/wrong_verb.rs");
    tests.compile_fail("tests/compile_fail/forgotten_check.rs");
    tests.compile_fail("tests/compile_fail/forged_grant.rs");
}
