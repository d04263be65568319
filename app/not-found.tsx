import { LanguageProvider } from "../components/i18n/LanguageProvider.tsx";
import { Fault } from "../components/ui/Fault.tsx";

export default function NotFound() {
  return (
    <LanguageProvider initial="en">
      <Fault kind="notFound" />
    </LanguageProvider>
  );
}
