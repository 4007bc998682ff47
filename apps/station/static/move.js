// A paper that was dropped into the wrong dossier, or into none: it goes to the one that it belongs to.
import { make, surely, t } from "./api.js";
import { dialog } from "./dialog.js";

/** Note the paper in another dossier; `version` is the one that was looked at. */
export const moveTo = (id, version, dossier) => surely(`/records/${id}/dossier`, { method: "POST", match: version, json: { dossier } });

/** Ask which dossier a paper belongs to, and move it there; gives the code, null where nothing was changed. */
export async function moveAway(record) {
  const like = document.getElementById("code");
  const code = make("input", { id: "other-dossier", maxlength: like.maxLength, pattern: like.pattern, spellcheck: "false", "aria-describedby": "other-dossier-problem" });
  const wrong = make("p", { id: "other-dossier-problem", className: "wrong small", role: "alert", text: t("code_wrong"), hidden: true });
  const body = make("div", {}, make("p", { text: record.dossier ? `${t("is_in_dossier")} ${record.dossier}.` : t("is_in_no_dossier") }), make("label", { htmlFor: "other-dossier", text: t("belongs_to") }), code, wrong);
  const asked = await dialog(t("move_dossier"), body, [], {
    begin: (box, close) => {
      const take = () => {
        const typed = code.value.trim();
        wrong.hidden = Boolean(typed) && code.checkValidity();
        if (wrong.hidden) close(typed);
      };
      box.lastChild.prepend(make("button", { type: "button", id: "take-dossier", className: "main", text: t("move_dossier"), on: { click: take } }));
      code.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        take();
      });
      code.focus();
    },
  });
  if (!asked || asked === record.dossier) return null;
  await moveTo(record.id, record.version, asked);
  return asked;
}
