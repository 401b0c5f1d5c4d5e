"""The words of the explain panel, in both languages."""

from __future__ import annotations

from reports.posture.acts import Act
from reports.posture.explain import Bar
from reports.posture.method import Component
from reports.posture.reasons import Item
from reports.wording import Text

NO_SCORE = Text("chưa đủ dữ liệu", "not enough data")

COMPONENTS = {
    Component.VISIBILITY: Text("Độ phủ giám sát", "Visibility"),
    Component.EXPOSURE: Text("Nguy cơ chưa xử lý", "Open exposure"),
    Component.RESPONSE: Text("Xử lý đúng hạn", "Response in time"),
    Component.INCIDENTS: Text("Sự cố", "Incidents"),
    Component.WEAKNESSES: Text("Lỗ hổng", "Weaknesses"),
    Component.DETECTION: Text("Độ phủ phát hiện", "Detection coverage"),
}

BAR_WORDS = {
    Bar.VISIBILITY: COMPONENTS[Component.VISIBILITY],
    Bar.OPEN_ALERTS: Text("Cảnh báo đang mở", "Open alerts"),
    Bar.NOT_VISIBLE: Text("Phần không nhìn thấy", "What is not visible"),
    Bar.RESPONSE: COMPONENTS[Component.RESPONSE],
    Bar.INCIDENTS: COMPONENTS[Component.INCIDENTS],
    Bar.WEAKNESSES: COMPONENTS[Component.WEAKNESSES],
    Bar.COVERAGE: COMPONENTS[Component.DETECTION],
    Bar.CAPS: Text("Mức trần", "Caps"),
    Bar.ROUNDING: Text("Làm tròn", "Rounding"),
}

ITEMS = {
    Item.SOURCE: Text("Nguồn {id} gửi dữ liệu không đều", "Source {id} does not send steadily"),
    Item.GROUP: Text("Cảnh báo CB-{number}", "Alert CB-{number}"),
    Item.INCIDENT: Text("Sự cố SC-{number}", "Incident SC-{number}"),
    Item.SYSTEM: Text("Hệ thống {id}: lỗ hổng hoặc lần rà quét", "System {id}: weaknesses or scans"),
}

ACTS = {
    Act.RESTORE_SOURCES: Text("Khôi phục các nguồn mất tín hiệu", "Bring the silent sources back"),
    Act.CLEAR_OVERDUE: Text("Xử lý hết cảnh báo quá hạn", "Clear the alerts past their limit"),
    Act.CLEAR_CRITICAL: Text("Xử lý hết cảnh báo nghiêm trọng", "Clear the critical alerts"),
    Act.CLEAR_ALL: Text("Xử lý hết cảnh báo đang mở", "Clear all open alerts"),
    Act.CONTAIN: Text("Cô lập sự cố", "Contain the incidents"),
    Act.REPORT: Text("Gửi báo cáo sự cố đúng hạn", "Send the incident reports in time"),
    Act.SCAN: Text("Rà quét lại các hệ thống", "Scan the systems again"),
    Act.FIX: Text("Khắc phục lỗ hổng quá hạn", "Fix the overdue weaknesses"),
    Act.COVER: Text("Bổ sung khả năng phát hiện", "Cover the missing techniques"),
}

DOUBTS = {
    Component.VISIBILITY: Text("Đưa các nguồn về trạng thái gửi đều", "Have all sources send steadily"),
    Component.RESPONSE: Text("Có từ 5 cảnh báo đến hạn trong 30 ngày", "Five alerts due within 30 days"),
    Component.WEAKNESSES: Text("Rà quét lỗ hổng trong 6 tháng gần nhất", "Scan for weaknesses within 6 months"),
}
