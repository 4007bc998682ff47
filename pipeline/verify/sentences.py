"""Verification in words: Vietnamese for the clerk, English for the operator."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from pipeline.verify.facts import FileFacts, SignatureFacts

_VIETNAM = timezone(timedelta(hours=7))

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
    "signatures": ("; sau đó có thêm chữ ký khác", "; later signatures were added"),
    "not_permitted": ("", ""),
}

_PROBLEMS = {
    "no_pdf": ("Tệp không phải là PDF.", "The file is no PDF"),
    "unreadable": ("Tệp PDF bị hỏng, không đọc được.", "The PDF cannot be read"),
    "hidden_signature": (
        "Trong tệp có dữ liệu chữ ký đã bị gỡ hoặc che giấu (dấu hiệu giả mạo).",
        "Signature data is in the file, but its form does not list it",
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
        "The document is intact, but not every signature could be proven.",
    ),
    "invalid": (
        "KHÔNG hợp lệ. Không dùng tệp này để giải quyết hồ sơ; đề nghị nơi gửi cung cấp lại bản đã ký.",
        "NOT valid.",
    ),
    "unsigned": ("Tài liệu không có chữ ký số.", "The document carries no signature."),
}


def _time(moment: datetime) -> str:
    return moment.astimezone(_VIETNAM).isoformat(timespec="seconds")


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(_VIETNAM):%d/%m/%Y}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(_VIETNAM):%H:%M:%S} ngày {_day(moment)}"


def _who(report: SignatureFacts) -> str:
    organization = report.organization if report.organization != report.signer else None
    return f"{report.signer} ({organization})" if organization else report.signer


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
    found = f"{_REASONS[report.reason][0]}{since}{_CHANGES[report.changes][0]}"
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
        f"{_REASONS[report.reason][1]}{_CHANGES[report.changes][1]}{detail}."
    )


def file_for_clerk(file: FileFacts) -> str:
    """The bottom line and a sentence for each signature."""
    lines = [_VERDICTS[file.verdict][0]]
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
