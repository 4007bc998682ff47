// One kind of dialog: a title, a body, buttons. Escape and the last button change nothing. It is read from its title on: a browser
// would begin with the first button, and scroll a long one to its end.
import { make, t } from "./api.js";

/** Show it; gives the value of the button that was pressed, null for none. `begin` gets the box and what closes it with a value. */
export function dialog(title, body, buttons = [], { wide = false, begin } = {}) {
  return new Promise((done) => {
    const close = (value) => {
      box.close();
      box.remove();
      done(value);
    };
    const row = make("div", { className: "row end" }, ...buttons.map(({ text, value, main, id }) =>
      make("button", { type: "button", id, className: main ? "main" : null, text, on: { click: () => close(typeof value === "function" ? value() : value) } })),
    make("button", { type: "button", text: t("close"), on: { click: () => close(null) } }));
    const box = make("dialog", { className: wide ? "wide-dialog" : null, "aria-labelledby": "dialog-title", on: { cancel: () => close(null) } },
      make("h2", { id: "dialog-title", text: title, tabindex: "-1", autofocus: true }), body, row);
    document.body.append(box);
    box.showModal();
    begin?.(box, close);
  });
}
