package engine

// Money is how amounts of money are written, told by an example such as "1.234,50".
// The zero value is "1,234.50".
type Money string

// The ways of writing amounts.
const (
	MoneyComma      Money = "1,234.50"
	MoneyPoint      Money = "1.234,50"
	MoneySpace      Money = "1 234,50"
	MoneyApostrophe Money = "1'234.50"
)

// Marks returns what stands between thousands and before the fraction; false when there
// is no such way.
func (m Money) Marks() (thousands, fraction string, ok bool) {
	switch m {
	case "", MoneyComma:
		return ",", ".", true
	case MoneyPoint:
		return ".", ",", true
	case MoneySpace:
		return "\u00a0", ",", true // an amount is never broken into two lines
	case MoneyApostrophe:
		return "'", ".", true
	}
	return "", "", false
}
