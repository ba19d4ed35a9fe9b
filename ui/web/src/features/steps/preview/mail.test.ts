import { expect, test } from 'vitest'
import { readMail } from './mail'

test('both texts of a mail are read, with umlauts and soft breaks', () => {
  const mail = readMail(
    [
      'From: =?utf-8?q?Gr=C3=BC=C3=9Fe?= <shop@example.com>',
      'To: ada@example.com,',
      ' bob@example.com',
      'Content-Type: multipart/alternative;',
      ' boundary="b1"',
      '',
      '--b1',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Sch=C3=B6n, a =3D b and a long =',
      'line',
      '--b1',
      'Content-Type: text/html; charset=UTF-8',
      'Content-Transfer-Encoding: base64',
      '',
      btoa('<b>hi</b>'),
      '--b1--',
    ].join('\r\n'),
  )
  expect(mail.from).toBe('Grüße <shop@example.com>')
  expect(mail.to).toBe('ada@example.com, bob@example.com')
  expect(mail.text?.trimEnd()).toBe('Schön, a = b and a long line')
  expect(mail.html).toBe('<b>hi</b>')
})

test('a mail that was cut off shows what is left of it', () => {
  const mail = readMail(
    'Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n' + btoa('hello you').slice(0, 9),
  )
  expect(mail.text).toBe('hello ')
  expect(readMail('Subject: x').html).toBeUndefined()
})
