"""Verification in words: Vietnamese for the clerk, English for the operator."""

from __future__ import annotations

from datetime import datetime

from pipeline.verify.facts import FileFacts, LaterSignature, SignatureFacts
from schemas.days import VIETNAM

_REASONS = {
    "ok": ("hợp lệ", "valid"),
    "altered": (
        "nội dung đã bị sửa hoặc tệp bị ghi lại sau khi ký, chữ ký không còn khớp",
        "the signed bytes or the signature were altered",
    ),
    "changed_after": (
        "tài liệu đã bị thay đổi trái phép sau khi ký, nội dung hiển thị có thể khác bản đã ký",
        "the document was changed after signing in a way that no signature permits",
    ),
    "partly_covered": (
        "chữ ký không bao phủ toàn bộ tài liệu (dấu hiệu giả mạo)",
        "the signature does not cover the document as it must (a sign of forgery)",
    ),
    "malformed": ("chữ ký bị hỏng, không đọc được", "the signature cannot be read"),
    "revoked": ("chứng thư số đã bị thu hồi", "the certificate was revoked"),
    "expired": (
        "chứng thư số đã hết hạn và không có bằng chứng là đã ký khi còn hạn",
        "the certificate has expired, and nothing proves that it was used before",
    ),
    "not_yet_valid": ("chứng thư số chưa có hiệu lực", "the certificate is not valid yet"),
    "weak_algorithm": (
        "thuật toán ký hoặc băm quá yếu, không còn được chấp nhận",
        "the digest or signature algorithm is too weak",
    ),
    "untrusted": (
        "chứng thư số không do tổ chức được tin cậy cấp (theo cấu hình)",
        "no path leads from the certificate to a trusted root",
    ),
    "wrong_usage": (
        "chứng thư số không được cấp để ký văn bản",
        "the certificate is not meant for signing documents",
    ),
    "revocation_unknown": (
        "chưa kiểm tra được chứng thư số có bị thu hồi hay không",
        "it is not known whether the certificate was revoked",
    ),
    "not_compared": (
        "sau khi ký tệp có phần được thêm vào mà chưa so sánh được với bản đã ký",
        "something was added after signing, and the pages could not be compared with those that were signed",
    ),
    "bad_time_stamp": ("dấu thời gian không hợp lệ", "the time-stamp does not hold"),
    "no_proof_of_time": (
        "không có bằng chứng về thời điểm ký",
        "nothing proves when the signature was made",
    ),
    "demo": (
        "nội dung còn nguyên vẹn, nhưng đây chỉ là chữ ký thử nghiệm",
        "a demo signature: intact, and without legal value",
    ),
    "undetermined": ("chưa đủ căn cứ để kết luận", "not enough is known for a verdict"),
}

_CHANGES = {
    "none": ("", ""),
    "maintenance": ("; sau đó chỉ thêm dữ liệu duy trì chữ ký", "; later only validation data was added"),
    "signatures": ("; sau đó có thêm chữ ký của", "; later signed by"),
    "not_permitted": ("", ""),
    "unclear": ("", ""),
}

_PROBLEMS = {
    "no_pdf": ("Tệp không phải là PDF.", "The file is no PDF"),
    "unreadable": ("Tệp PDF bị hỏng, không đọc được.", "The PDF cannot be read"),
    "hidden_signature": (
        "Trong tệp có dữ liệu chữ ký đã bị gỡ hoặc che giấu (dấu hiệu giả mạo).",
        "Signature data is in the file, but its form does not list it",
    ),
    "ambiguous": (
        "Tệp có cấu trúc mà mỗi phần mềm đọc một khác (dấu hiệu giả mạo).",
        "Two readers see different signatures in the file (a sign of forgery)",
    ),
    "appended": (
        "Có dữ liệu được chèn thêm vào sau phần kết thúc của tài liệu (dấu hiệu giả mạo).",
        "Something was appended behind the end of the document",
    ),
}

_VERDICTS = {
    "valid": ("Chữ ký số hợp lệ, tài liệu không bị thay đổi.", "All signatures are valid."),
    "unproven": (
        "Tài liệu còn nguyên vẹn nhưng chưa đủ căn cứ để công nhận chữ ký.",
        "What was signed is intact, but not every signature could be proven.",
    ),
    "invalid": (
        "KHÔNG hợp lệ. Không dùng tệp này để giải quyết hồ sơ; đề nghị nơi gửi cung cấp lại bản đã ký.",
        "NOT valid.",
    ),
    "unsigned": ("Tài liệu không có chữ ký số.", "The document carries no signature."),
}


def _time(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M:%S} ngày {_day(moment)}"


def _who(report: SignatureFacts | LaterSignature) -> str:
    organization = report.organization if report.organization != report.signer else None
    return f"{report.signer} ({organization})" if organization else report.signer


def _later(report: SignatureFacts) -> tuple[str, str]:
    """What came after a signature, and who signed then."""
    vi, en = _CHANGES[report.changes]
    if report.changes != "signatures":
        return vi, en
    names = [(_who(one), one.page) for one in report.later if one.kind == "signature"]
    clerk = (f"{name} (có dấu hiển thị ở trang {page})" if page else name for name, page in names)
    operator = (f"{name} (its mark is on page {page})" if page else name for name, page in names)
    return f"{vi} {', '.join(clerk)}", f"{en} {', '.join(operator)}"


def _marked_later(file: FileFacts) -> list[str]:
    """Whose marks were added to the pages after something was signed."""
    marks = {
        f"{_who(one)} (trang {one.page})": None
        for signature in file.signatures
        for one in signature.later
        if one.page
    }
    return list(marks)


def _bottom_line(file: FileFacts) -> str:
    """For the clerk. That nothing was changed is said only where every page looks as when it was first signed."""
    if file.verdict not in {"valid", "unproven"}:
        return _VERDICTS[file.verdict][0]
    if marks := _marked_later(file):
        begun = "Chữ ký số hợp lệ" if file.verdict == "valid" else "Chưa đủ căn cứ để công nhận chữ ký"
        return f"{begun}; sau khi ký, trên trang có thêm dấu hiển thị chữ ký của {', '.join(marks)}."
    if any(signature.changes == "unclear" for signature in file.signatures):
        return "Chưa đủ căn cứ để công nhận chữ ký; chưa so sánh được tài liệu với bản đã ký."
    return _VERDICTS[file.verdict][0]


def signature_for_clerk(report: SignatureFacts) -> str:
    """One sentence about one signature."""
    stamp = report.kind == "timestamp"
    kind = "Dấu thời gian lưu trữ" if stamp else "Chữ ký"
    if report.demo:
        kind += " THỬ NGHIỆM (không có giá trị pháp lý)"
    level = f", mức {report.level}" if report.level and report.reason == "ok" else ""
    if report.proven_time:
        when = f", {'đóng' if stamp else 'ký'} lúc {_moment(report.proven_time)}"
        when += "" if stamp else " (thời điểm có dấu thời gian chứng thực)"
    elif report.claimed_time:
        when = f", ký lúc {_moment(report.claimed_time)} (theo đồng hồ máy ký)"
    else:
        when = ""
    since = (
        f" (từ ngày {_day(report.revoked_at)})" if report.reason == "revoked" and report.revoked_at else ""
    )
    found = f"{_REASONS[report.reason][0]}{since}{_later(report)[0]}"
    return f"{kind} của {_who(report)}{level}{when}: {found}."


def signature_for_operator(report: SignatureFacts) -> str:
    """One sentence about one signature."""
    kind = "Archive time-stamp" if report.kind == "timestamp" else "Signature"
    demo = "DEMO, " if report.demo else ""
    time = report.proven_time or report.claimed_time
    when = f", {_time(time)}{'' if report.proven_time else ' by its own clock'}" if time else ""
    level = f", {report.level}" if report.level else ""
    detail = f" ({report.detail})" if report.detail else ""
    return (
        f"{kind} {report.field} of {demo}{_who(report)}{level}{when}: "
        f"{_REASONS[report.reason][1]}{_later(report)[1]}{detail}."
    )


def file_for_clerk(file: FileFacts) -> str:
    """The bottom line and a sentence for each signature."""
    lines = [_bottom_line(file)]
    if file.problem:
        lines.append(_PROBLEMS[file.problem][0])
    if file.digest_matches is False:
        lines.append("Tệp KHÁC với bản đã lưu trong kho.")
    elif file.digest_matches:
        lines.append("Tệp đúng là bản đã lưu trong kho.")
    lines += [signature_for_clerk(signature) for signature in file.signatures]
    if file.provable_until:
        lines.append(f"Chữ ký còn chứng minh được đến ngày {_day(file.provable_until)}.")
    return "\n".join(lines)


def file_for_operator(file: FileFacts) -> str:
    """The bottom line and a sentence for each signature."""
    lines = [_VERDICTS[file.verdict][1]]
    if file.problem:
        lines.append(f"{_PROBLEMS[file.problem][1]}{f' ({file.detail})' if file.detail else ''}.")
    if file.digest_matches is not None:
        lines.append(f"SHA-256 {'is' if file.digest_matches else 'is NOT'} the expected one.")
    if file.pdfa:
        lines.append(f"Claims PDF/A-{file.pdfa}.")
    lines += [signature_for_operator(signature) for signature in file.signatures]
    if file.provable_until:
        lines.append(f"Provable until {file.provable_until:%Y-%m-%d}.")
    return "\n".join(lines)
