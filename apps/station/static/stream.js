// The one stream of events of this browser: a shared worker, so that eight tabs take one connection, not eight of six.
const ports = new Set();
let source = null;
let open = false;

const tellAll = (message) => ports.forEach((port) => port.postMessage(message));

function listen() {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource("/api/v1/stream"); // it comes back by itself, with Last-Event-ID
  source.onopen = () => tellAll({ open: (open = true) });
  source.onerror = () => tellAll({ open: (open = false) });
  source.addEventListener("job", ({ data }) => tellAll({ job: JSON.parse(data) }));
}

self.onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.postMessage({ open });
  listen();
};
setInterval(() => ports.size && listen(), 10000); // after a session has ended the browser gives up, a new one begins anew
