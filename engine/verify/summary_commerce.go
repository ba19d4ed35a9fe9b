package verify

func paymentSummaries() map[string][]Summary {
	const (
		item      = "notificationItems[0].NotificationRequestItem."
		adyenSum  = "[ of {" + item + "amount.value|cents:" + item + "amount.currency}]"
		adyenRef  = "[ ({" + item + "merchantReference})]"
		razorpay  = "payload.payment.entity."
		paystack  = "{data.amount|cents:data.currency}[ from {data.customer.email}]"
		paddleWho = "[ for {email}]"
		braintree = "notification.subject.subscription."
	)
	return map[string][]Summary{
		"stripe": stripeSummaries(),
		"adyen": always(
			"{"+item+"success|map:true=}{"+item+"eventCode|map:REPORT_AVAILABLE=}Report is available: {"+item+"reason,"+item+"pspReference}",
			"{"+item+"success|map:true=}{"+item+"eventCode|words|lower|title}"+adyenSum+" succeeded"+adyenRef,
			"{"+item+"success|map:false=}{"+item+"eventCode|words|lower|title}"+adyenSum+" failed[: {"+item+"reason}]"+adyenRef,
			"{type|map:balancePlatform.accountHolder.created=Account holder created,balancePlatform.accountHolder.updated=Account holder changed}: {data.accountHolder.description,data.accountHolder.id}",
			"{type|words|title}[: {data.id,data.description}]",
			"{"+item+"eventCode|words|lower|title}"+adyenSum,
		),
		"paypal": always("{summary}[: {resource.amount.value|money:resource.amount.currency_code}]", "{event_type|words|lower|title}[: {resource.amount.value,resource.amount.total|money:resource.amount.currency_code}]"),
		"paddle": always("{event_type|words|title}[: {data.details.totals.total|cents:data.currency_code}][ ({data.id})]"),
		"paddle-classic": always(
			"{alert_name|map:subscription_created=New subscription}"+paddleWho+"[ ({status|words})]",
			"{alert_name|map:subscription_updated=Subscription changed,subscription_cancelled=Subscription cancelled}"+paddleWho+"[, ends {cancellation_effective_date}]",
			"{alert_name|map:subscription_payment_refunded=}{refund_type|title} refund of {gross_refund,amount|money:currency}[ to {email}]",
			"{alert_name|map:subscription_payment_succeeded=Payment of,payment_succeeded=Payment of} {sale_gross|money:currency} succeeded[ ({email})]",
			"{alert_name|map:subscription_payment_failed=Payment of} {amount|money:currency} failed[ ({email})]",
			"{alert_name|words|title}"+paddleWho,
		),
		"chargify": always(
			"{event|map:payment_success=Payment of} {payload.transaction.amount_in_cents|cents:payload.transaction.currency} succeeded[ from {payload.subscription.customer.first_name} {payload.subscription.customer.last_name}]",
			"{event|map:payment_failure=Payment of} {payload.transaction.amount_in_cents|cents:payload.transaction.currency} failed[ from {payload.subscription.customer.first_name} {payload.subscription.customer.last_name}]",
			"{event|map:statement_settled=Statement} over {payload.statement.total_in_cents|cents:payload.currency} settled[ for {payload.customer.first_name} {payload.customer.last_name}]",
			"{event|words|title}[ for {payload.subscription.customer.email,payload.customer.email}]",
		),
		"paystack": always(
			"{event|map:charge.success=Payment of} "+paystack+" succeeded", "{event|map:transfer.failed=Transfer of} {data.amount|cents:data.currency} failed",
			"{event|words|title}[: {data.amount|cents:data.currency}]",
		),
		"razorpay": always(
			"Payment of {"+razorpay+"amount|cents:"+razorpay+"currency} {event|map:payment.authorized=authorised,payment.captured=captured,payment.failed=failed}[ from {"+razorpay+"email}]",
			"Refund of {payload.refund.entity.amount|cents:payload.refund.entity.currency} {event|map:refund.created=began,refund.processed=succeeded,refund.failed=failed}",
			"{event|words|title}[: {"+razorpay+"amount|cents:"+razorpay+"currency}]",
		),
		"coinbase-commerce": always("Charge {event.type|map:charge:created=created,charge:confirmed=confirmed,charge:failed=failed,charge:pending=pending,charge:delayed=delayed,charge:resolved=resolved}: {event.data.name}[, {event.data.pricing.local.amount|money:event.data.pricing.local.currency}]", "{event.type|words|title}[: {event.data.code}]"),
		"braintree": always(
			"Subscription charged[: {"+braintree+"transactions.transaction.amount,"+braintree+"price|money:"+braintree+"transactions.transaction.currency-iso-code}]{notification.kind|map:subscription_charged_successfully=}[ ({"+braintree+"plan-id})]",
			"{notification.kind|words|title}[: {"+braintree+"plan-id}][ ({"+braintree+"status})]",
		),
		"recurly": always(
			"Account cancelled: {canceled_account_notification.account.first_name} {canceled_account_notification.account.last_name}[ ({canceled_account_notification.account.email})]",
			"New subscription[ to {new_subscription_notification.subscription.plan.name}]: {new_subscription_notification.account.first_name} {new_subscription_notification.account.last_name}[, {new_subscription_notification.subscription.total_amount_in_cents|cents:new_subscription_notification.subscription.currency}]",
			"Payment of {successful_payment_notification.transaction.amount_in_cents|cents:successful_payment_notification.transaction.currency} succeeded from {successful_payment_notification.account.first_name} {successful_payment_notification.account.last_name}",
			"Payment of {failed_payment_notification.transaction.amount_in_cents|cents:failed_payment_notification.transaction.currency} failed from {failed_payment_notification.account.first_name} {failed_payment_notification.account.last_name}",
			"{@type|words|title}",
		),
	}
}

func shopSummaries() map[string][]Summary {
	const (
		shopWho = "[ from {customer.first_name} {customer.last_name}]"
		lemon   = "data.attributes."
		wooWho  = "[ from {billing.first_name} {billing.last_name}]"
	)
	return map[string][]Summary{
		"shopify": {
			on("orders/create", "New order {name}, {total_price|money:currency}"+shopWho, "New order #{order_number}, {total_price|money:currency}"),
			on("orders/*", "Order {name} {@type|map:orders/paid=was paid,orders/cancelled=was cancelled,orders/fulfilled=was sent,orders/partially_fulfilled=was sent in part,orders/delete=was deleted,*=changed}[, {total_price|money:currency}]"+shopWho),
			on("customers/*", "{@type|map:customers/create=New customer,customers/update=Customer changed,customers/delete=Customer deleted,*=Customer}: {first_name} {last_name}[ ({email})]", "Customer {email,id}"),
			on("products/*", "{@type|map:products/create=New product,products/update=Product changed,products/delete=Product deleted,*=Product}: {title}[, {variants[0].price}]", "Product {id} changed"),
			on("refunds/create", "Refund for order {order_id}[: {transactions[0].amount|money:transactions[0].currency}]"),
			on("inventory_levels/*", "Stock changed: {available} of item {inventory_item_id} available"),
			on("checkouts/*", "Checkout {name,token}[: {total_price|money:currency}]"),
			on("*", "{header:Shopify-Topic} {action|map:create=created,update=changed,delete=deleted}[: {data.product.title,data.order.name,data.customer.displayName}]", "{@type|words|title}[: {name,title,email,id}]"),
			on("", "A message without a topic[: {name,title}]"),
		},
		"square": always(
			"{type|map:payment.created=Payment of,payment.updated=Payment changed:} {data.object.payment.amount_money.amount|cents:data.object.payment.amount_money.currency}[ ({data.object.payment.status|lower})]",
			"{type|map:webhooks.test_notification=Square is connected: a test notification}",
			"Refund of {data.object.refund.amount_money.amount|cents:data.object.refund.amount_money.currency}[ ({data.object.refund.status|lower})]",
			"{type|words|title}[: {data.id}]",
			"A message about {data.type|words}[: {data.id}]",
		),
		"lemon-squeezy": {
			on("order_*", "{@type|map:order_created=New order,order_refunded=Refunded order,*=Order} #{"+lemon+"order_number}, {"+lemon+"total|cents:"+lemon+"currency}[, from {"+lemon+"user_name}]"),
			on("subscription_payment_*", "Subscription payment[ of {"+lemon+"total|cents:"+lemon+"currency}] {@type|map:subscription_payment_success=succeeded,subscription_payment_failed=failed,*=changed}[: {"+lemon+"user_name}]"),
			on("subscription_*", "{@type|map:subscription_created=New subscription,*=*|words|title} to {"+lemon+"product_name}[ from {"+lemon+"user_name}][ ({"+lemon+"status|words})]"),
			on("*", "{@type|words|title}[ from {"+lemon+"user_name,"+lemon+"user_email}]"),
		},
		"woocommerce": {
			on("order.*", "{@type|map:order.created=New order,order.updated=Order changed,order.deleted=Order deleted,*=Order} #{number,id}[, {total|money:currency}]"+wooWho+"[ ({status|words})]"),
			on("product.*", "{@type|words|title}: {name}"),
			on("customer.*", "{@type|words|title}: {first_name} {last_name}[ ({email})]", "{@type|words|title}: {email}"),
			on("*", "{@type|words|title}[: {name,code,id}]", "WooCommerce is connected"),
		},
	}
}
