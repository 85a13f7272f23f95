"""WinRM over TLS on loopback, spoken by psrpcore's server side: decodes what Ansible sends and has a model answer.

It runs no PowerShell. It proves what goes over the wire to Windows, not what Windows does with it.
"""

import base64
import contextlib
import json
import ssl
import threading
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import spnego
from psrpcore import PSRPPayload, ServerPipeline, ServerRunspacePool, StreamType
from spnego.exceptions import SpnegoError
from windows_model import WindowsModel

Json = Any
_SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_N = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "rsp": _SHELL,
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "p": "http://schemas.microsoft.com/powershell",
}


class _Runspace:
    """One runspace pool: its state machine, what it has to say, its pipelines and their input."""

    def __init__(self) -> None:
        self.pool = ServerRunspacePool()
        self.out: list[PSRPPayload] = []
        self.pipes: dict[uuid.UUID, ServerPipeline] = {}
        self.inputs: dict[uuid.UUID, list[Json]] = {}


class WindowsPc(ThreadingHTTPServer):
    """A listener with one account."""

    daemon_threads = True

    def __init__(
        self, tls: ssl.SSLContext, *, host: str = "127.0.0.1", user: str = "campus", password: str = "geheim"
    ) -> None:
        super().__init__((host, 0), _Handler)
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.model = WindowsModel()
        self.basic = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.ntlm = False
        """It asks for NTLM, with the accounts in the file that `NTLM_USER_FILE` names, and not for a password."""
        self.runspaces: dict[str, _Runspace] = {}
        self.wire = threading.Lock()
        self.gone_at = ""
        """Name of a module at which the PC vanishes: the connection breaks and nothing answers any more."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: Json, client_address: Json) -> None:
        """A client that does not trust us, or a PC that vanished: nothing to print."""


@contextlib.contextmanager
def listening(pc: WindowsPc) -> Iterator[WindowsPc]:
    """The PC, switched on."""
    thread = threading.Thread(target=pc.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield pc
    finally:
        pc.shutdown()
        pc.server_close()
        thread.join()


class _Vanished(Exception):  # noqa: N818 - no error of ours
    """The PC is gone."""


def _decoded(inputs: list[Json]) -> Mapping[str, Json] | None:
    """The module's arguments, out of what Ansible's bootstrap is given: a head, four NULs, the manifest."""
    _, _, rest = "\n".join(map(str, inputs)).partition("\n\0\0\0\0\n")
    manifest = json.loads(rest.partition("\n\0\0\0\0")[0] or rest)
    variables = [
        variable
        for action in manifest.get("actions", [])
        for variable in (action.get("params") or {}).get("Variables", [])
    ]
    return next((variable["Value"] for variable in variables if variable["Name"] == "complex_args"), None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet for head and body: or each answer waits for the other side to acknowledge its head.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: WindowsPc
    message = ""
    talk: spnego.ContextProxy | None = None
    proved = False

    def log_message(self, *_: Json) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.gone_at == "*":
            self.close_connection = True
            return
        refused = self._refused()
        if refused is not None:
            self._answer(b"", 401, {"WWW-Authenticate": refused})
            return
        envelope = ET.fromstring(body)
        action = (envelope.findtext("s:Header/a:Action", namespaces=_N) or "").rsplit("/", 1)[1]
        self.message = envelope.findtext("s:Header/a:MessageID", namespaces=_N) or ""
        shell = envelope.findtext("s:Header/w:SelectorSet/w:Selector", namespaces=_N) or ""
        content = envelope.find("s:Body", _N)
        assert content is not None
        try:
            with self.server.wire:
                said = getattr(self, f"_on_{action.lower()}")(content, shell)
        except _Vanished:
            self.server.gone_at = "*"
            self.close_connection = True
            return
        self._reply(said)

    def _refused(self) -> str | None:
        """What a client is told that has not proved yet who it is; NTLM takes two rounds, for each connection."""
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            return None if f"Basic {token}" == self.server.basic else 'Basic realm="WSMAN"'
        if self.proved:
            return None
        if kind != "Negotiate":
            return "Negotiate" if self.server.ntlm else 'Basic realm="WSMAN"'
        raw = base64.b64decode(token).startswith(b"NTLMSSP")
        self.talk = self.talk or spnego.server(protocol="ntlm" if raw else "negotiate")
        try:
            said = self.talk.step(base64.b64decode(token)) or b""
        except SpnegoError:
            return "Negotiate"
        self.proved = self.talk.complete
        return None if self.proved else f"Negotiate {base64.b64encode(said).decode()}"

    def _reply(self, body: str) -> None:
        spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _N.items())
        head = f"<s:Header><a:RelatesTo>{self.message}</a:RelatesTo></s:Header>"
        text = f"<s:Envelope {spaces}>{head}<s:Body>{body}</s:Body></s:Envelope>"
        self._answer(text.encode(), 200, {"Content-Type": "application/soap+xml;charset=UTF-8"})

    def _answer(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _on_create(self, body: ET.Element, _: str) -> str:
        shell = body.find("rsp:Shell", _N)
        assert shell is not None
        name = shell.get("ShellId") or str(uuid.uuid4()).upper()
        self.server.runspaces[name] = _Runspace()
        self._feed(name, shell.findtext("p:creationXml", namespaces=_N) or "", None)
        kind = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
        select = f'<w:SelectorSet><w:Selector Name="ShellId">{name}</w:Selector></w:SelectorSet>'
        where = f"<a:ReferenceParameters><w:ResourceURI>{kind}</w:ResourceURI>{select}</a:ReferenceParameters>"
        return (
            f"<x:ResourceCreated><a:Address>https://127.0.0.1/wsman</a:Address>{where}</x:ResourceCreated>"
            f"<rsp:Shell><rsp:ShellId>{name}</rsp:ShellId></rsp:Shell>"
        )

    def _on_command(self, body: ET.Element, shell: str) -> str:
        line = body.find("rsp:CommandLine", _N)
        assert line is not None
        name = line.get("CommandId") or ""
        runspace, pipe = self.server.runspaces[shell], uuid.UUID(name)
        runspace.pipes[pipe] = ServerPipeline(runspace.pool, pipe)
        runspace.inputs[pipe] = []
        self._feed(shell, line.findtext("rsp:Arguments", namespaces=_N) or "", pipe)
        return f"<rsp:CommandResponse><rsp:CommandId>{name}</rsp:CommandId></rsp:CommandResponse>"

    def _on_send(self, body: ET.Element, shell: str) -> str:
        stream = body.find("rsp:Send/rsp:Stream", _N)
        assert stream is not None
        pipe = stream.get("CommandId")
        self._feed(shell, stream.text or "", uuid.UUID(pipe) if pipe else None)
        return "<rsp:SendResponse/>"

    def _on_receive(self, body: ET.Element, shell: str) -> str:
        stream = body.find("rsp:Receive/rsp:DesiredStream", _N)
        name = stream.get("CommandId") if stream is not None else None
        pipe = uuid.UUID(name) if name else None
        runspace = self.server.runspaces[shell]
        mine = [said for said in runspace.out if said.pipeline_id == pipe]
        runspace.out = [said for said in runspace.out if said.pipeline_id != pipe]
        where = f' CommandId="{name}"' if name else ""
        text = "".join(
            f'<rsp:Stream Name="stdout"{where}>{base64.b64encode(said.data).decode()}</rsp:Stream>' for said in mine
        )
        if pipe and mine:
            done = f'State="{_SHELL}/CommandState/Done"'
            text += f"<rsp:CommandState{where} {done}><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>"
        return f"<rsp:ReceiveResponse>{text}</rsp:ReceiveResponse>"

    def _on_signal(self, _body: ET.Element, _shell: str) -> str:
        return "<rsp:SignalResponse/>"

    def _on_delete(self, _body: ET.Element, shell: str) -> str:
        self.server.runspaces.pop(shell, None)
        return ""

    def _feed(self, shell: str, data: str, pipe: uuid.UUID | None) -> None:
        runspace = self.server.runspaces[shell]
        runspace.pool.receive_data(PSRPPayload(base64.b64decode(data), StreamType.default, pipe))
        while (event := runspace.pool.next_event()) is not None:
            kind = type(event).__name__
            if kind == "CreatePipelineEvent" and runspace.pipes[event.pipeline_id].metadata.no_input:
                self._invoke(runspace.pipes[event.pipeline_id], [])
            elif kind == "PipelineInputEvent":
                runspace.inputs[event.pipeline_id].append(event.data)
            elif kind == "EndOfPipelineInputEvent":
                self._invoke(runspace.pipes[event.pipeline_id], runspace.inputs[event.pipeline_id])
        while said := runspace.pool.data_to_send():
            runspace.out.append(said)

    def _invoke(self, pipe: ServerPipeline, inputs: list[Json]) -> None:
        pipe.start()
        args = _decoded(inputs) if inputs else None
        if args is None:
            pipe.write_output("")
        else:
            name = args["_ansible_module_name"]
            if name == self.server.gone_at:
                raise _Vanished
            pipe.write_output(json.dumps(self.server.model.run(name, args)))
        pipe.complete()
