"""Closed lists as a report names them."""

from __future__ import annotations

LEVELS = {"critical": "Nghiêm trọng", "high": "Cao", "medium": "Trung bình", "low": "Thấp"}
SEVERITIES = {"serious": "Nghiêm trọng", "high": "Cao", "medium": "Trung bình", "low": "Thấp"}
CATEGORIES = {
    "malware": "Mã độc",
    "intrusion": "Xâm nhập trái phép",
    "denial_of_service": "Tấn công từ chối dịch vụ",
    "data_leak": "Lộ, lọt, mất dữ liệu",
    "defacement": "Thay đổi giao diện, nội dung độc hại",
    "phishing": "Lừa đảo, giả mạo",
    "supplier": "Từ nhà cung cấp",
    "insider": "Từ người trong nội bộ",
    "system_failure": "Hỏng hệ thống, mất điện",
    "operator_error": "Lỗi vận hành",
    "natural_cause": "Nguyên nhân tự nhiên",
    "other": "Khác",
}
TACTICS = {
    "reconnaissance": "Trinh sát",
    "resource-development": "Chuẩn bị nguồn lực",
    "initial-access": "Truy cập ban đầu",
    "execution": "Thực thi",
    "persistence": "Duy trì hiện diện",
    "privilege-escalation": "Leo thang đặc quyền",
    "defense-evasion": "Né tránh phòng thủ",
    "stealth": "Ẩn mình",
    "defense-impairment": "Làm suy yếu phòng thủ",
    "credential-access": "Đánh cắp thông tin xác thực",
    "discovery": "Thăm dò",
    "lateral-movement": "Di chuyển ngang",
    "collection": "Thu thập dữ liệu",
    "command-and-control": "Chỉ huy và điều khiển",
    "exfiltration": "Tuồn dữ liệu ra ngoài",
    "impact": "Gây tác động",
}
UNKNOWN_UNIT = "Chưa xác định đơn vị"
