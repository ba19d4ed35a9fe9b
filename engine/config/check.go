package config

const schemeKey = "key"
