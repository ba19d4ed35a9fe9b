export { dragType } from './fieldInput'
export { type PickerSlot, TextField, type TextFieldProps } from './TextField'
