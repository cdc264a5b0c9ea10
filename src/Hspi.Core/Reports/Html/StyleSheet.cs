namespace Hspi.Reports.Html;

/// <summary>The look of the report.</summary>
internal static class StyleSheet
{
    /// <summary>CSS for all three: screen, phone, paper.</summary>
    public static FormattableString Text => $$"""
        :root {
          --ink: #1b2330; --soft: #5b6675; --line: #dfe4ea; --paper: #ffffff; --wash: #f5f7f9;
          --good: #0b7a4b; --bad: #b3261e; --open: #4a5a70; --dot: #2257c4; --mark: #d9480f;
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--wash); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 860px; margin: 0 auto; padding: 16px; }
        header { color: #fff; border-radius: 14px; padding: 22px 24px; }
        header.good { background: var(--good); } header.bad { background: var(--bad); } header.open { background: var(--open); }
        header p { margin: 6px 0 0; overflow-wrap: anywhere; }
        .kicker { font-size: 13px; letter-spacing: .04em; opacity: .85; }
        h1 { margin: 2px 0 0; font-size: clamp(32px, 9vw, 52px); line-height: 1.1; text-transform: capitalize; letter-spacing: -.01em; }
        .meaning { font-size: 18px; font-weight: 600; }
        h2 { margin: 0 0 6px; font-size: 20px; line-height: 1.25; }
        h3 { margin: 14px 0 4px; font-size: 15px; }
        section, .facts { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: 18px 20px; margin: 16px 0 0; }
        section > p { margin: 6px 0 10px; } .soft { color: var(--soft); font-size: 14px; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 10px 20px; }
        .facts div { min-width: 0; } dt { font-size: 12px; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .rows { display: grid; gap: 12px; }
        .row { display: grid; grid-template-columns: minmax(0, 190px) minmax(0, 1fr); gap: 4px 16px; padding-top: 10px; border-top: 1px solid var(--line); }
        .row:first-child { border-top: 0; padding-top: 0; }
        .row > * { overflow-wrap: anywhere; min-width: 0; } .row p { margin: 0; }
        code, .mono { font: 13px/1.5 ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
        .chip { display: inline-block; font-size: 13px; font-weight: 600; padding: 1px 10px; border-radius: 99px; border: 1.5px solid; }
        .chip.good { color: var(--good); } .chip.bad { color: var(--bad); } .chip.open { color: var(--open); }
        .bar { margin: 9px 0; } .bar .name { display: flex; justify-content: space-between; gap: 12px; font-size: 14px; }
        .bar .name span:first-child { overflow-wrap: anywhere; min-width: 0; } .bar .name span:last-child { font-variant-numeric: tabular-nums; white-space: nowrap; }
        .track { height: 10px; border-radius: 5px; background: #e8ecf1; margin-top: 3px; } .fill { height: 10px; border-radius: 5px; background: var(--dot); min-width: 2px; }
        .fill.quiet { background: #9aa7b8; } .fill.good { background: var(--good); } .fill.none { display: none; }
        .panels { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 12px; }
        .panels figure, figure { margin: 0; min-width: 0; } figcaption { font-size: 13px; line-height: 1.35; margin-top: 10px; }
        .panels, section > figure { max-width: 600px; }
        .seen { outline: 2px solid var(--dot); outline-offset: 5px; border-radius: 4px; }
        svg { display: block; width: 100%; height: auto; } svg text { font: 10px system-ui, sans-serif; fill: var(--soft); }
        .digits { display: grid; gap: 2px; } .digits b { color: var(--ink); } .digits i { color: #9aa7b8; font-style: normal; }
        .squares { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 4px; }
        .square { width: 26px; height: 26px; border-radius: 5px; color: #fff; font-size: 13px; font-weight: 700; display: grid; place-items: center; }
        .c0 { background: #2257c4; } .c1 { background: #d9480f; } .c2 { background: #0b7a4b; } .c3 { background: #8a3ffc; } .c4 { background: #5b6675; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; } th, td { padding: 4px 7px; text-align: right; font-weight: 400; }
        th:first-child { text-align: left; } td { font-variant-numeric: tabular-nums; border: 1px solid var(--paper); min-width: 34px; }
        ul { margin: 8px 0 0; padding-left: 20px; } footer { color: var(--soft); font-size: 14px; margin: 18px 4px; overflow-wrap: anywhere; }
        @media (max-width: 520px) {
          main { padding: 10px; } section, .facts { padding: 14px; } header { padding: 18px; }
          .row { grid-template-columns: minmax(0, 1fr); } .panels { gap: 14px; }
        }
        @media print {
          @page { margin: 14mm; }
          body { background: #fff; font-size: 11pt; } main { max-width: none; padding: 0; }
          section, .facts { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 10px 0; margin: 8px 0 0; }
          header { color: #000; background: #fff !important; border: 2.5pt solid #000; } header.good { border-color: var(--good); } header.bad { border-color: var(--bad); }
          .row, .bar, figure, .panels, .square, tr, dl { break-inside: avoid; } h2, h3 { break-after: avoid; }
          .fill, .track, .square, td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          figure svg { max-width: 150mm; }
        }
        """;
}
