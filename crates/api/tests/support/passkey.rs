//! A passkey in software, written apart from the server's own library: an authenticator and its browser (WebAuthn 3, sections 6.1, 6.5).

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const HAS_CREDENTIAL: u8 = 0x40;

pub struct SoftwarePasskey {
    key: EcdsaKeyPair,
    random: SystemRandom,
    id: Vec<u8>,
    /// Of the account, from the registration.
    pub user_handle: Vec<u8>,
    /// Where its browser is.
    pub origin: String,
    /// Of the site that asked for it.
    pub domain: String,
    /// Whether it asks its owner for a fingerprint or a PIN.
    pub verifies_user: bool,
    pub counter: u32,
}

fn base64(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

impl SoftwarePasskey {
    pub fn new(origin: &str, domain: &str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let id = digest(&SHA256, key.public_key().as_ref()).as_ref().to_vec();
        let (origin, domain) = (origin.to_owned(), domain.to_owned());
        Self { key, random, id, user_handle: Vec::new(), origin, domain, verifies_user: true, counter: 0 }
    }

    /// The answer to the options of a registration.
    pub fn register(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        self.user_handle = BASE64URL_NOPAD.decode(text(&options["user"]["id"]).as_bytes()).unwrap();
        let client_data = self.client_data("webauthn.create", options);
        let mut data = self.authenticator_data(HAS_CREDENTIAL);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key());
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend(data);
        let response =
            json!({"clientDataJSON": base64(&client_data), "attestationObject": base64(&attestation), "transports": ["internal"]});
        self.answer(response)
    }

    /// The answer to the options of a log-in.
    pub fn log_in(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        self.counter += 1;
        let client_data = self.client_data("webauthn.get", options);
        let data = self.authenticator_data(0);
        let signed = [&data, digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&self.random, &signed).unwrap();
        self.answer(json!({
            "clientDataJSON": base64(&client_data), "authenticatorData": base64(&data), "signature": base64(signature.as_ref()),
            "userHandle": base64(&self.user_handle),
        }))
    }

    fn answer(&self, response: Value) -> Value {
        let id = base64(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {},
            "authenticatorAttachment": "platform"})
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false}).to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies_user { USER_VERIFIED } else { 0 };
        let mut data = digest(&SHA256, self.domain.as_bytes()).as_ref().to_vec();
        data.push(flags | USER_PRESENT | verified);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// As a COSE key: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat()
    }
}
