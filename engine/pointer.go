package engine

// AppendPointer adds one key to an RFC 6901 pointer, with the slash before it.
func AppendPointer(b []byte, key string) []byte {
	b = append(b, '/')
	for i := range len(key) {
		switch key[i] {
		case '~':
			b = append(b, "~0"...)
		case '/':
			b = append(b, "~1"...)
		default:
			b = append(b, key[i])
		}
	}
	return b
}
