package rules

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

func numberFunctions() []*function {
	return group("numbers",
		row{"num(value)", "v", "n", "A number, also from text; nil when it is none.", `num(" 12.50 ")`, `12.5`, toNumber},
		row{"int(value)", "v", "i", "A whole number, also from text.", `int("12")`, `12`, toInteger},
		row{"float(value)", "v", "n", "A number with a fraction, also from text.", `float("1.5")`, `1.5`, toFloat},
		row{"abs(number)", "n", "n", "The number without its sign.", `abs(-3)`, `3`, absolute},
		row{"ceil(number)", "n", "n", "The number rounded up.", `ceil(1.2)`, `2`, rounded(math.Ceil)},
		row{"floor(number)", "n", "n", "The number rounded down.", `floor(1.8)`, `1`, rounded(math.Floor)},
		row{"round(number)", "n", "n", "The nearest whole number.", `round(1.5)`, `2`, rounded(math.Round)},
		row{"max(numbers…)", "v*", "n", "The largest of several numbers or of a list.", `max([1, 3, 2])`, `3`, extreme(1)},
		row{"min(numbers…)", "v*", "n", "The smallest of several numbers or of a list.", `min([1, 3, 2])`, `1`, extreme(-1)},
		row{"mean(numbers…)", "v*", "n", "The average of several numbers or of a list.", `mean([1, 2, 3])`, `2`, mean},
		row{"median(numbers…)", "v*", "n", "The middle of several numbers or of a list.", `median([1, 5, 3])`, `3`, median},
		row{"money(minor, currency)", "it", "t", "An amount in the smallest unit as the workspace writes money.", `money(129900, "usd")`, `"1,299.00 USD"`, money},
		row{"bitand(a, b)", "ii", "i", "The bits that both numbers have.", `bitand(6, 3)`, `2`, bitwise(func(x, y int64) int64 { return x & y })},
		row{"bitor(a, b)", "ii", "i", "The bits that either number has.", `bitor(6, 3)`, `7`, bitwise(func(x, y int64) int64 { return x | y })},
		row{"bitxor(a, b)", "ii", "i", "The bits that one of the numbers has.", `bitxor(6, 3)`, `5`, bitwise(func(x, y int64) int64 { return x ^ y })},
		row{"bitnand(a, b)", "ii", "i", "The bits of a that b does not have.", `bitnand(6, 3)`, `4`, bitwise(func(x, y int64) int64 { return x &^ y })},
		row{"bitnot(a)", "i", "i", "The bits that the number does not have.", `bitnot(0)`, `-1`, func(_ *machine, _ *clause, a []any) any { return ^integer(a[0]) }},
		row{"bitshl(a, n)", "ii", "i", "The bits moved left by n.", `bitshl(1, 4)`, `16`, shift(func(x int64, n uint) int64 { return x << n })},
		row{"bitshr(a, n)", "ii", "i", "The bits moved right by n, the sign kept.", `bitshr(16, 4)`, `1`, shift(func(x int64, n uint) int64 { return x >> n })},
		row{"bitushr(a, n)", "ii", "i", "The bits moved right by n.", `bitushr(16, 4)`, `1`, shift(unsignedRight)},
	)
}

// parsed returns a value as a number, text included.
func parsed(v any) (num, bool) {
	switch v := v.(type) {
	case string:
		return parseNum(strings.TrimSpace(v))
	case bool:
		return num{}, false
	}
	return toNum(v)
}

func toNumber(m *machine, c *clause, a []any) any {
	n, ok := parsed(a[0])
	if !ok {
		m.note(c, c.operands[0].text+" is not a number")
		return nil
	}
	return n.value()
}

func toInteger(m *machine, c *clause, a []any) any {
	n, ok := parsed(a[0])
	if s, isText := a[0].(string); isText && ok && !n.whole {
		_, err := strconv.ParseInt(s, 10, 64)
		ok = err == nil
	}
	n.f = math.Trunc(n.f)
	i, fits := n.integer()
	if !ok || !fits {
		m.note(c, c.operands[0].text+" is not a whole number")
		return nil
	}
	return i
}

func toFloat(m *machine, c *clause, a []any) any {
	n, ok := parsed(a[0])
	if !ok {
		m.note(c, c.operands[0].text+" is not a number")
		return nil
	}
	return num{f: n.float()}.value()
}

func absolute(_ *machine, _ *clause, a []any) any {
	n, _ := toNum(a[0])
	if compareNum(n, whole(0)) < 0 {
		return subNum(whole(0), n).value()
	}
	return n.value()
}

func rounded(f func(float64) float64) func(*machine, *clause, []any) any {
	return func(_ *machine, _ *clause, a []any) any {
		n, _ := toNum(a[0])
		return num{f: f(n.float())}.value()
	}
}

// numbersOf collects numbers from arguments and the lists among them. What is no
// number spoils the call.
func (m *machine) numbersOf(c *clause, args []any, depth int, each func(num)) bool {
	if depth > maxDepth {
		panic(errDepth)
	}
	for i, v := range args {
		m.tick(1)
		if list, ok := v.([]any); ok {
			if !m.numbersOf(c, list, depth+1, each) {
				return false
			}
			continue
		}
		n, ok := toNum(plain(v))
		if !ok {
			if depth == 0 {
				m.spoil(c, i, v, kindNumber)
			} else {
				m.note(c, c.operands[0].text+" holds "+kindOf(v).String()+", not only numbers")
			}
			return false
		}
		each(n)
	}
	return true
}

func extreme(sign int) func(*machine, *clause, []any) any {
	return func(m *machine, c *clause, a []any) any {
		var best num
		found := false
		if !m.numbersOf(c, a, 0, func(n num) {
			if !found || compareNum(n, best)*sign > 0 {
				best, found = n, true
			}
		}) || !found {
			return nil
		}
		return best.value()
	}
}

func mean(m *machine, c *clause, a []any) any {
	sum, count := 0.0, 0
	if !m.numbersOf(c, a, 0, func(n num) { sum += n.float(); count++ }) {
		return nil
	}
	if count == 0 {
		return 0.0
	}
	return num{f: sum / float64(count)}.value()
}

func median(m *machine, c *clause, a []any) any {
	var all []float64
	if !m.numbersOf(c, a, 0, func(n num) { m.charge(16); all = append(all, n.float()) }) {
		return nil
	}
	if len(all) == 0 {
		return 0.0
	}
	m.tick(8 * len(all))
	slices.Sort(all)
	middle := len(all) / 2
	if len(all)%2 == 1 {
		return all[middle]
	}
	return num{f: (all[middle-1] + all[middle]) / 2}.value()
}

// minorDigits returns how many digits of an amount are fractions of the currency's
// unit (ISO 4217).
func minorDigits(currency string) int {
	switch currency {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	}
	return 2
}

func money(m *machine, _ *clause, a []any) any {
	thousands, point, _ := m.prog.engine.opt.Money().Marks()
	currency := strings.ToUpper(strings.TrimSpace(str(a[1])))
	digits := strconv.FormatUint(magnitude(integer(a[0])), 10)
	places := minorDigits(currency)
	if short := places + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	units, fraction := digits[:len(digits)-places], digits[len(digits)-places:]
	var b strings.Builder
	if integer(a[0]) < 0 {
		b.WriteByte('-')
	}
	for i := range len(units) {
		if i > 0 && (len(units)-i)%3 == 0 {
			b.WriteString(thousands)
		}
		b.WriteByte(units[i])
	}
	if fraction != "" {
		b.WriteString(point + fraction)
	}
	return strings.TrimSpace(b.String() + " " + currency)
}

func bitwise(f func(x, y int64) int64) func(*machine, *clause, []any) any {
	return func(_ *machine, _ *clause, a []any) any { return f(integer(a[0]), integer(a[1])) }
}

func shift(f func(x int64, n uint) int64) func(*machine, *clause, []any) any {
	return func(m *machine, c *clause, a []any) any {
		n := integer(a[1])
		if n < 0 {
			m.note(c, c.operands[1].text+" is negative")
			return nil
		}
		return f(integer(a[0]), uint(min(n, 64)))
	}
}

func unsignedRight(x int64, n uint) int64 {
	return int64(uint64(x) >> n) //nolint:gosec // bits are what is asked for
}
