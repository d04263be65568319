import { LanguageProvider } from "../components/i18n/LanguageProvider.tsx";
import { en } from "../components/i18n/en.ts";
import { Fault } from "../components/ui/Fault.tsx";

export default function NotFound() {
  return (
    <LanguageProvider initial="en" messages={en}>
      <Fault kind="notFound" />
    </LanguageProvider>
  );
}
