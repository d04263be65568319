/** The login's texts, for its page, which is the server's, and for the page's own dialog. */
export const loginLocales = ["en", "zh"] as const;
export type LoginLocale = (typeof loginLocales)[number];

export interface LoginTexts {
  title: string;
  name: string;
  password: string;
  key: string;
  submit: string;
  wrong: string;
  wrongPassword: string;
  wrongKey: string;
  /** With {seconds}. */
  limited: string;
}

export const loginTexts: Record<LoginLocale, LoginTexts> = {
  en: {
    title: "Log in",
    name: "Name",
    password: "Password",
    key: "Access key",
    submit: "Log in",
    wrong: "The name or the password is wrong.",
    wrongPassword: "The password is wrong.",
    wrongKey: "The access key is wrong.",
    limited: "Too many attempts. Try again in {seconds} seconds.",
  },
  zh: {
    title: "登录",
    name: "用户名",
    password: "密码",
    key: "访问密钥",
    submit: "登录",
    wrong: "用户名或密码不正确。",
    wrongPassword: "密码不正确。",
    wrongKey: "访问密钥不正确。",
    limited: "尝试次数太多，请在 {seconds} 秒后再试。",
  },
};
