"""AES in CBC, as gateways that speak XML over TCP encrypt the body of a frame."""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from energy.errors import DecodeError
from formats._gateway_profile import Profile

BLOCK = 16


def encrypted(profile: Profile, xml: bytes) -> bytes:
    """Return the XML, padded and encrypted as the dialect has it."""
    if profile.padding == "pkcs7":
        padder = PKCS7(8 * BLOCK).padder()
        xml = padder.update(xml) + padder.finalize()
    else:
        xml += bytes(-len(xml) % BLOCK)
    encryptor = Cipher(AES(profile.key), CBC(profile.iv)).encryptor()
    return encryptor.update(xml) + encryptor.finalize()


def decrypted(profile: Profile, body: bytes) -> bytes:
    """Return the XML in a body.

    Raises:
        DecodeError: If it cannot be decrypted with the key of the dialect.
    """
    if not body or len(body) % BLOCK:
        raise DecodeError("the body is not whole blocks of AES")
    decryptor = Cipher(AES(profile.key), CBC(profile.iv)).decryptor()
    xml = decryptor.update(body) + decryptor.finalize()
    if profile.padding == "zero":
        return xml.rstrip(b"\0")
    unpadder = PKCS7(8 * BLOCK).unpadder()
    try:
        return unpadder.update(xml) + unpadder.finalize()
    except ValueError as error:
        raise DecodeError("the body does not decrypt with our key") from error
