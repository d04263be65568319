"use client";

import { useId, useState } from "react";
import { useTranslations } from "use-intl";
import { ActionButton } from "./ActionButton.tsx";
import { fieldStyle, InputDialog } from "./InputDialog.tsx";

/** Asks for the address of a picture or clip. */
export default function AddressDialog({ onAttach, onClose }: { onAttach: (url: string) => void; onClose: () => void }) {
  const t = useTranslations("input");
  const [url, setUrl] = useState("");
  const [wrong, setWrong] = useState(false);
  const [form, field, note] = [useId(), useId(), useId()];
  return (
    <InputDialog
      title={t("addressTitle")}
      onClose={onClose}
      actions={
        <>
          <ActionButton onClick={onClose}>{t("cancel")}</ActionButton>
          <ActionButton strong type="submit" form={form} disabled={url.trim() === ""}>
            {t("attach")}
          </ActionButton>
        </>
      }
    >
      <form
        id={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (/^https?:\/\/./i.test(url.trim()) && URL.canParse(url.trim())) onAttach(url.trim());
          else setWrong(true);
        }}
        className="grid gap-1.5"
      >
        <label htmlFor={field} className="text-sm font-medium">
          {t("addressLabel")}
        </label>
        <input
          id={field}
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          // A dialog that asks for one thing begins at it.
          data-autofocus
          value={url}
          placeholder="https://"
          aria-invalid={wrong}
          aria-describedby={note}
          onChange={(event) => {
            setUrl(event.target.value);
            setWrong(false);
          }}
          className={fieldStyle}
        />
        <p id={note} role={wrong ? "alert" : undefined} className={wrong ? "text-sm text-danger" : "text-sm text-muted"}>
          {t(wrong ? "addressWrong" : "addressExplained")}
        </p>
      </form>
    </InputDialog>
  );
}
