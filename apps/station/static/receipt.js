// A receipt is printed by the browser; nothing on it comes from anywhere else.
document.getElementById("print").addEventListener("click", () => window.print());
document.body.dataset.ready = "yes";
