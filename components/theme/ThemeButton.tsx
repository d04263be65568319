import { Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "use-intl";
import { IconButton } from "../ui/IconButton.tsx";
import { nextTheme } from "./theme.ts";
import { useTheme } from "./ThemeProvider.tsx";

const icons = { system: Monitor, light: Sun, dark: Moon };

export function ThemeButton() {
  const t = useTranslations("header.theme");
  const { theme, setTheme } = useTheme();
  const Icon = icons[theme];
  return (
    <IconButton label={t(theme)} onClick={() => setTheme(nextTheme(theme))}>
      <Icon aria-hidden />
    </IconButton>
  );
}
