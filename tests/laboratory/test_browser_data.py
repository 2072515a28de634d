"""One's own table on the page: chosen or dropped, its columns, its rows."""

from pathlib import Path

from tests.laboratory.browsing import Browsed, needs_chromium

pytestmark = needs_chromium
EVIL = "<img src=x onerror=alert(1)>"


def table(path: Path, header: str, count: int = 40) -> str:
    lines = [
        f"{i * i % 37},{i % 7},{'no' if i % 3 else 'yes'},{2 * i + i % 7}" for i in range(count)
    ]
    path.write_text("\n".join([header, *lines]), "utf-8")
    return str(path)


def test_a_chosen_file_is_trained_on(lab: Browsed, tmp_path: Path) -> None:
    lab.pause()
    lab.open("data")
    lab.page.set_input_files("#own-file", table(tmp_path / "pump.csv", f"speed,{EVIL},valve,flow"))
    lab.until("state.table.peek().name === 'pump.csv' && state.network.peek().inputs.length > 2")
    assert lab.state("trouble") is None
    assert lab.page.locator(".card b").all_inner_texts() == ["speed", EVIL, "valve", "flow"]
    assert lab.page.locator("img").count() == 0
    lab.page.get_by_label("Where valve stands").select_option("yes")
    lab.until("state.pins.peek().valve === 'yes'")


def test_another_column_is_predicted_and_rows_are_left_out(lab: Browsed) -> None:
    lab.page.get_by_label("Role of valve").select_option("target")
    lab.until(
        "state.table.peek().targets[0] === 'valve' && state.table.peek().classes.length === 2"
    )
    lab.page.get_by_label("Role of flow").select_option("out")
    lab.until("state.table.peek().columns.some((one) => one.role === 'out')")
    lab.page.get_by_label("Role of flow").select_option("input")
    lab.until("state.table.peek().inputs.length === 3")
    lab.page.get_by_label("Learn row 3", exact=True).uncheck()
    lab.until("state.table.peek().excluded[2]")
    lab.page.get_by_role("button", name="Take all in again").click()
    lab.until("!state.table.peek().excluded.some(Boolean)")


def test_a_file_that_is_no_table_leaves_all_as_it_was(lab: Browsed, tmp_path: Path) -> None:
    before = lab.state("table")["name"]
    path = tmp_path / "broken.csv"
    path.write_text("a,b\n1,2\n3,4,5\n")
    lab.page.set_input_files("#own-file", str(path))
    lab.until("state.trouble.peek() !== null")
    assert "broken.csv" in lab.state("trouble") and lab.state("table")["name"] == before
    lab.page.get_by_role("button", name="Close").click()


def test_a_dropped_file_is_trained_on(lab: Browsed) -> None:
    lab.open("training")
    lab.page.evaluate(
        """() => {
        const data = new DataTransfer();
        const rows = Array.from({ length: 50 }, (_, k) => `${k * k % 31},${k % 17}`).join("\\n");
        data.items.add(new File([`x,y\\n${rows}`], "dropped.csv"));
        for (const type of ["dragenter", "dragover", "drop"]) {
          document.dispatchEvent(new DragEvent(type, { dataTransfer: data, cancelable: true }));
        } }"""
    )
    lab.until("state.table.peek().name === 'dropped.csv' && state.screen.peek() === 'data'")
    assert not lab.page.evaluate("document.body.classList.contains('dropping')")
    assert lab.errors == []
