package verify

// stripe keeps what an event is about in data.object.
const (
	stripeWhom = "[ from {data.object.billing_details.name,data.object.customer_name,data.object.customer_details.name,data.object.customer_email,data.object.customer_details.email,data.object.receipt_email,data.object.billing_details.email}]"
	// stripeBare is of a message that is nothing but its object.
	stripeBare = "[ from {object.billing_details.name,object.customer_name,object.customer_email,object.customer_details.email,object.billing_details.email}]"
)

func stripeSummaries() []Summary {
	return []Summary{
		on("charge.succeeded", "Payment of {data.object.amount|cents:data.object.currency} succeeded"+stripeWhom),
		on("charge.failed", "Payment of {data.object.amount|cents:data.object.currency} failed"+stripeWhom+"[: {data.object.failure_message}]"),
		on("charge.refunded", "Refund of {data.object.amount_refunded|cents:data.object.currency}"+stripeWhom),
		on("charge.dispute.*", "Dispute over {data.object.amount|cents:data.object.currency}: {data.object.status|words}"),
		on("payment_intent.*", "Payment of {data.object.amount|cents:data.object.currency} {@type|map:payment_intent.succeeded=succeeded,payment_intent.payment_failed=failed,payment_intent.created=was started,payment_intent.canceled=was cancelled,*=changed}"+stripeWhom),
		on("invoice.payment_failed", "Payment of invoice[ {data.object.number}] over {data.object.amount_due,data.object.total|cents:data.object.currency} failed"+stripeWhom),
		on("invoice.*", "Invoice[ {data.object.number}] over {data.object.total,data.object.amount_due|cents:data.object.currency} {@type|map:invoice.paid=was paid,invoice.payment_succeeded=was paid,invoice.created=was created,invoice.finalized=was finalized,invoice.sent=was sent,invoice.voided=was voided,*=changed}"+stripeWhom),
		on("checkout.session.completed", "Checkout completed: {data.object.amount_total|cents:data.object.currency}"+stripeWhom, "Checkout completed"+stripeWhom),
		on("customer.subscription.*", "Subscription {@type|map:customer.subscription.created=started,customer.subscription.deleted=ended,customer.subscription.updated=changed,customer.subscription.trial_will_end=trial will end,*=changed}[: {data.object.plan.nickname,data.object.items.data[0].price.nickname,data.object.plan.id}][ ({data.object.status|words})]",
			"{@type|words|title}[: {data.object.id}]"),
		on("customer.*", "{@type|map:customer.created=New customer,customer.updated=Customer changed,customer.deleted=Customer deleted}: {data.object.name,data.object.email,data.object.description,data.object.id}"),
		on("payment_method.*", "{data.object.card.brand|title} card ending in {data.object.card.last4} {@type|map:payment_method.attached=added,payment_method.detached=removed,*=changed}[ for {data.object.billing_details.name,data.object.billing_details.email,data.object.customer}]",
			"{data.object.type|words|title} {@type|map:payment_method.attached=added,payment_method.detached=removed,*=changed}"),
		on("account.external_account.*", "{data.object.brand,data.object.bank_name|title} ending in {data.object.last4} {@type|map:account.external_account.created=added,account.external_account.deleted=removed,*=changed}"),
		on("account.application.*", "{@type|map:account.application.authorized=An app was connected to account,account.application.deauthorized=An app was disconnected from account} {account}",
			"{@type|words|title}[ {data.object.id}]"),
		on("account.updated", "Account changed: {data.object.business_profile.name,data.object.email,data.object.id}"),
		on("payout.*", "Payout of {data.object.amount|cents:data.object.currency} {@type|map:payout.paid=was paid,payout.failed=failed,payout.created=was created,*=changed}"),
		on("*", "{@type|words|title}[: {data.object.name,data.object.description,data.object.id}]", "{id,object}"),
		on("", "{object.object|map:checkout.session=}Checkout completed: {object.amount_total|cents:object.currency}"+stripeBare,
			"{object.object|map:invoice=}Invoice[ {object.number}] over {object.amount_due|cents:object.currency} is {object.status}[, for {object.customer_name,object.customer_email}]",
			"{object.object|map:customer=}Customer {object.name,object.email,object.description,object.id}",
			"{object.object|map:subscription=}Subscription {object.id} is {object.status|words}",
			"{object.card.brand|title} card ending in {object.card.last4}"+stripeBare,
			"Payment of {object.amount|cents:object.currency} {object.status|map:succeeded=succeeded,failed=failed,pending=is pending,*=*}"+stripeBare,
			"A message without a kind[: {id}]"),
	}
}
