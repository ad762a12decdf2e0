//! Counts in tests how many bytes are looked at, so that work that is not linear is found without measuring time.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Looked at so many bytes.
#[cfg(test)]
pub(crate) fn count(bytes: usize) {
    STEPS.with(|steps| steps.set(steps.get() + bytes));
}

#[cfg(not(test))]
pub(crate) const fn count(_bytes: usize) {}

/// The steps of the function, on this thread.
#[cfg(test)]
pub(crate) fn of(run: impl FnOnce()) -> usize {
    STEPS.with(|steps| steps.set(0));
    run();
    STEPS.with(std::cell::Cell::get)
}
