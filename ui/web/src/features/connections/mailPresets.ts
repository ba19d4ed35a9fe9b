/** What is known of a provider of mail. */
export interface MailPreset {
  readonly id: string
  readonly title: string
  readonly host: string
  readonly port: number
  readonly tls: 'starttls' | 'tls'
  /** What to do there, in order. */
  readonly steps: readonly string[]
  readonly link?: { readonly label: string; readonly address: string }
}

export const mailPresets: readonly MailPreset[] = [
  {
    id: 'gmail',
    title: 'Gmail',
    host: 'smtp.gmail.com',
    port: 465,
    tls: 'tls',
    steps: [
      'Turn on 2-Step Verification in your Google account, if it is off.',
      'Make an app password there; its name can be Patchbay.',
      'Paste the 16 letters below. Your usual password does not work here.',
    ],
    link: { label: 'Google’s app passwords', address: 'https://myaccount.google.com/apppasswords' },
  },
  {
    id: 'microsoft',
    title: 'Outlook / Microsoft 365',
    host: 'smtp.office365.com',
    port: 587,
    tls: 'starttls',
    steps: [
      'An administrator of your organisation turns on “Authenticated SMTP” for the mailbox: Users › Active users › the mailbox › Mail › Manage email apps.',
      'Use the mailbox’s own address and password, or an app password where two-step sign-in is on.',
      'Private Outlook.com and Hotmail mailboxes take no password from other programs. Choose another mailbox then.',
    ],
    link: { label: 'Microsoft 365 admin center', address: 'https://admin.microsoft.com/#/users' },
  },
  {
    id: 'fastmail',
    title: 'Fastmail',
    host: 'smtp.fastmail.com',
    port: 465,
    tls: 'tls',
    steps: [
      'Open Settings › Privacy & Security › Manage app passwords.',
      'Make a new app password with access to Mail, and paste it below.',
    ],
    link: { label: 'Fastmail’s app passwords', address: 'https://app.fastmail.com/settings/security/apps' },
  },
  {
    id: 'icloud',
    title: 'iCloud',
    host: 'smtp.mail.me.com',
    port: 587,
    tls: 'starttls',
    steps: [
      'Open Sign-In and Security › App-Specific Passwords in your Apple account.',
      'Make one, and paste it below. Your usual password does not work here.',
    ],
    link: { label: 'Apple account', address: 'https://account.apple.com' },
  },
  {
    id: 'zoho',
    title: 'Zoho',
    host: 'smtp.zoho.com',
    port: 465,
    tls: 'tls',
    steps: [
      'Open Security › App passwords in your Zoho account, make one, and paste it below.',
      'Accounts in Europe use smtp.zoho.eu as the server, mailboxes with an own domain smtppro.zoho.com.',
    ],
    link: { label: 'Zoho’s app passwords', address: 'https://accounts.zoho.com/home#security/app_password' },
  },
]

/** The provider whose server this is. */
export const presetOf = (host: unknown): MailPreset | undefined => mailPresets.find((p) => p.host === host)
