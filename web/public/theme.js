// Sets the chosen theme before the first paint; in a file of its own because the content policy forbids inline scripts.
(function () {
  try {
    var choice = localStorage.getItem('guildhall.theme');
    if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice;
  } catch {
    // Storage can be blocked; the system's preference then decides.
  }
})();
