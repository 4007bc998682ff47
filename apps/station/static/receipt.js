// A receipt is printed by the browser; nothing on it comes from anywhere else.
// There is no button where no dossier was found.
document.getElementById("print")?.addEventListener("click", () => window.print());
document.body.dataset.ready = "yes";
