/** Colours and manners of all pages: system fonts (nothing is loaded), one accent, quiet surfaces. */
import {
  Button,
  Card,
  createTheme,
  defaultVariantColorsResolver,
  Modal,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

const harbour: MantineColorsTuple = [
  '#e8f6fa',
  '#d3e9f0',
  '#a5d2e1',
  '#74bad1',
  '#4da6c4',
  '#3499bb',
  '#2493b7',
  '#137fa1',
  '#036f8f',
  '#0b5c73',
];

/** Slate instead of neutral grey: surfaces of the dark scheme from text (0) to ground (9). */
const dark: MantineColorsTuple = [
  '#d9e1e6',
  '#b7c2c9',
  '#98a6af',
  '#67757e',
  '#3d4a52',
  '#2c373e',
  '#1e272c',
  '#182025',
  '#12181c',
  '#0c1114',
];

/**
 * The quiet variant is what states are written in, the filled one is for what ends or decides something. Their words keep a contrast of at least 4.5 in both schemes, also
 * under the pointer: measured in Chromium for every colour that a state has (the least is yellow on light, 4.7).
 */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const name = input.color ?? input.theme.primaryColor;
  const shade = (number: number): string => `var(--mantine-color-${name}-${number})`;
  if (input.variant === 'filled' && name !== input.theme.primaryColor) {
    const darkened = (percent: number): string => `color-mix(in srgb, ${shade(9)} ${percent}%, black)`;
    return { ...colors, background: darkened(85), hover: darkened(72), color: 'var(--mantine-color-white)' };
  }
  if (input.variant !== 'light') return colors;
  return {
    ...colors,
    background: `light-dark(${shade(1)}, color-mix(in srgb, ${shade(7)} 26%, transparent))`,
    hover: `light-dark(${shade(2)}, color-mix(in srgb, ${shade(7)} 40%, transparent))`,
    color: `light-dark(color-mix(in srgb, ${shade(9)} 70%, black), ${shade(2)})`,
  };
};

export const theme = createTheme({
  colors: { harbour, dark },
  variantColorResolver,
  primaryColor: 'harbour',
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  components: {
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'md' } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
  },
});
