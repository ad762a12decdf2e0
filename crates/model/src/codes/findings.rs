//! What can go wrong with the checks of the machine.

super::codes! {
    NOT_FOUND = NotFound, "api.findings.not_found.app_error", "There is no finding of this name.";
    TOO_SOON = TooManyRequests, "api.findings.too_soon.app_error", "The checks run, or ran less than {seconds} seconds ago. Try again a little later.";
}
