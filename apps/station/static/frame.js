// What every page has: language, signing out.
import { api } from "./api.js";
import { forgetScans } from "./kept.js";
import { forget } from "./place.js";

document.getElementById("language")?.addEventListener("click", async (event) => {
  await fetch(`/language/${event.target.lang}`, { method: "POST", credentials: "same-origin" });
  location.reload();
});
document.getElementById("sign-out")?.addEventListener("click", async () => {
  await api("/session", { method: "DELETE" }).catch(() => {});
  forget();
  forgetScans();
  location.assign("/login");
});
