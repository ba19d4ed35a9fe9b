package verify

// commerceMarks are of who moves money and goods.
func commerceMarks() map[string][]Mark {
	recurly := []Mark{calls("Recurly*")}
	for _, kind := range []string{
		"new_account", "canceled_account", "reactivated_account", "new_subscription", "updated_subscription", "canceled_subscription", "expired_subscription",
		"renewed_subscription", "successful_payment", "failed_payment", "successful_refund", "void_payment", "new_invoice", "closed_invoice", "past_due_invoice",
		"new_charge_invoice", "paid_charge_invoice", "failed_charge_invoice",
	} {
		recurly = append(recurly, mark(92, kind+"_notification.account.account_code"))
	}
	return map[string][]Mark{
		"recurly":           recurly,
		"stripe":            append(headed("Stripe-Signature"), mark(95, "object=event", "id=evt_*", "type"), mark(90, "object=event", "type", "api_version"), mark(88, "object=event", "data.object.id", "livemode"), mark(88, "id=evt_*", "type", "livemode")),
		"adyen":             {mark(97, "notificationItems[0].NotificationRequestItem.eventCode"), mark(94, "type=balancePlatform.*", "environment"), mark(90, "type=balancePlatform.*"), mark(96, "header:HmacSignature", "header:Protocol=HmacSHA256")},
		"paypal":            headed("PAYPAL-TRANSMISSION-ID", "PAYPAL-TRANSMISSION-SIG"),
		"paddle":            append(headed("Paddle-Signature"), mark(90, "event_id=evt_*", "event_type", "notification_id=ntf_*")),
		"paddle-classic":    {mark(95, "alert_name", "alert_id", "p_signature")},
		"chargify":          append(headed("X-Chargify-Webhook-Id", "X-Chargify-Webhook-Signature-Hmac-Sha-256"), mark(88, "event", "payload.site.subdomain", "payload.subscription.id")),
		"paystack":          headed("x-paystack-signature"),
		"razorpay":          append(headed("X-Razorpay-Signature", "x-razorpay-event-id"), mark(92, "entity=event", "event", "contains[0]")),
		"coinbase-commerce": append(headed("X-CC-Webhook-Signature"), mark(88, "event.type=charge:*", "event.data.code")),
		"braintree":         {mark(97, "bt_signature", "bt_payload")},
		"shopify":           headed("X-Shopify-Topic", "X-Shopify-Hmac-Sha256", "X-Shopify-Shop-Domain", "Shopify-Hmac-Sha256"),
		"square":            append(headed("x-square-hmacsha256-signature"), mark(88, "merchant_id", "event_id", "data.type")),
		"lemon-squeezy":     {mark(95, "header:X-Event-Name", "meta.event_name"), mark(93, "meta.event_name", "data.attributes.store_id")},
		"woocommerce":       headed("X-WC-Webhook-Topic", "X-WC-Webhook-Signature", "X-WC-Webhook-Source"),
	}
}
