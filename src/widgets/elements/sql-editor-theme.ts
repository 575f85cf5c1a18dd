/** CodeMirror in JupyterLab's own colours: those of its code cells. */
import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

export const sqlHighlight = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--jp-mirror-editor-keyword-color, #008000)', fontWeight: '600' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--jp-mirror-editor-builtin-color, #008000)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--jp-mirror-editor-string-color, #ba2121)' },
  { tag: tags.number, color: 'var(--jp-mirror-editor-number-color, #080)' },
  { tag: [tags.bool, tags.null], color: 'var(--jp-mirror-editor-atom-color, #88f)' },
  { tag: tags.comment, color: 'var(--jp-mirror-editor-comment-color, #408080)', fontStyle: 'italic' },
  { tag: tags.operator, color: 'var(--jp-mirror-editor-operator-color, #aa22ff)' },
  { tag: tags.special(tags.name), color: 'var(--jp-mirror-editor-variable-3-color, #085)' },
]);

const line = '20px';

export const sqlTheme = EditorView.theme({
  '&': {
    color: 'var(--jp-content-font-color1, #212121)',
    backgroundColor: 'transparent',
    fontSize: 'var(--jp-code-font-size, 13px)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--jp-code-font-family, monospace)',
    lineHeight: line,
    minHeight: '76px',
    maxHeight: '296px',
    overflow: 'auto',
    scrollbarWidth: 'thin',
  },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--jp-editor-cursor-color, #000)' },
  '.cm-line': { padding: '0 12px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--jp-editor-cursor-color, #000)' },
  '.cm-placeholder': { color: 'var(--jp-ui-font-color3, #757575)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--jp-editor-selected-focused-background, #d7d4f0)',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    color: 'var(--jp-mirror-editor-bracket-color, #0a0)',
    textDecoration: 'underline',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--jp-error-color1, #d32f2f) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip': {
    border: '1px solid var(--jp-border-color1, #bdbdbd)',
    backgroundColor: 'var(--jp-layout-color1, #fff)',
    color: 'var(--jp-ui-font-color1, #212121)',
    fontFamily: 'var(--jp-ui-font-family, system-ui, sans-serif)',
    fontSize: 'var(--jp-ui-font-size1, 13px)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--jp-code-font-family, monospace)',
    fontSize: '12px',
    maxHeight: '200px',
    maxWidth: '520px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', lineHeight: line, display: 'flex', gap: '12px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--jp-brand-color1, #1976d2)',
    color: 'var(--jp-ui-inverse-font-color1, #fff)',
  },
  '.cm-completionDetail': { marginLeft: 'auto', fontStyle: 'normal', opacity: '0.75', fontSize: '11px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-diagnostic': { maxWidth: '480px', padding: '4px 8px', borderLeft: '3px solid var(--jp-error-color1, #d32f2f)' },
});
