"""The contract of a gRPC server, asked of the server itself, so that a program needs neither proto files nor generated code.

Needs grpcio and protobuf only (Debian: python3-grpcio, python3-protobuf). The messages of grpc.reflection.v1 that ask for the
contract are described here; everything else comes from the answer.
"""

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

REFLECTION_METHOD = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
DETAILS_TRAILER = "grpc-status-details-bin"


class Contract:
    """The services of a channel's server. Requests and answers are dictionaries: the proto3 JSON of the messages."""

    def __init__(self, channel, *services):
        self._channel = channel
        self._pool = descriptor_pool.DescriptorPool()
        files = {}
        for service in services:
            files.update(_files_of(channel, service))
        _add_in_order_of_imports(self._pool, files)

    def call(self, method, request, timeout=30, metadata=()):
        """Asks a method that has one request and one answer, e.g. 'margincube.v1.MarginService/CalculateMargin'.

        Raises grpc.RpcError; `details_of` opens it. The timeout is in seconds.
        """
        service, name = method.split("/")
        descriptor = self._pool.FindServiceByName(service).methods_by_name[name]
        ask = self._channel.unary_unary(
            f"/{method}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=_message_class(descriptor.output_type).FromString,
        )
        message = json_format.ParseDict(
            request, _message_class(descriptor.input_type)(), descriptor_pool=self._pool
        )
        return self._to_json(ask(message, timeout=timeout, metadata=metadata))

    def message_class(self, name):
        """A message's class, e.g. of 'margincube.v1.Portfolio', for streams and other calls that `call` does not make."""
        return _message_class(self._pool.FindMessageTypeByName(name))

    def details_of(self, error):
        """The details of a refused call by their names, e.g. {'BadRequest': ..., 'ErrorInfo': ...}."""
        for key, value in error.trailing_metadata() or ():
            if key == DETAILS_TRAILER:
                status = self.message_class("google.rpc.Status").FromString(value)
                details = self._to_json(status).get("details", [])
                return {one.pop("@type").rsplit(".", 1)[-1]: one for one in details}
        return {}

    def _to_json(self, message):
        return json_format.MessageToDict(message, descriptor_pool=self._pool)


def _files_of(channel, symbol):
    """The proto file that declares the symbol and all that it imports, by their names."""
    request_class, answer_class = _reflection_messages()
    stream = channel.stream_stream(
        REFLECTION_METHOD,
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=answer_class.FromString,
    )
    (answer,) = stream(iter([request_class(file_containing_symbol=symbol)]), timeout=30)
    if answer.HasField("error_response"):
        raise LookupError(f"{symbol}: {answer.error_response.error_message}")
    encoded = answer.file_descriptor_response.file_descriptor_proto
    files = [descriptor_pb2.FileDescriptorProto.FromString(one) for one in encoded]
    return {file.name: file for file in files}


def _add_in_order_of_imports(pool, files):
    added = set()

    def add(file):
        if file.name in added:
            return
        added.add(file.name)
        for name in file.dependency:
            add(files[name])
        pool.Add(file)

    for file in files.values():
        add(file)


def _reflection_messages():
    """Request and answer of grpc.reflection.v1.ServerReflection, with the fields that are used here."""
    field_type = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="reflection.proto", package="grpc.reflection.v1", syntax="proto3"
    )

    def message(name, *fields):
        declared = file.message_type.add(name=name)
        for number, field_name, kind, label in fields:
            field = declared.field.add(name=field_name, number=number, label=label)
            if isinstance(kind, str):
                field.type, field.type_name = field_type.TYPE_MESSAGE, f".{file.package}.{kind}"
            else:
                field.type = kind

    one, many = field_type.LABEL_OPTIONAL, field_type.LABEL_REPEATED
    message("FileDescriptorResponse", (1, "file_descriptor_proto", field_type.TYPE_BYTES, many))
    message("ErrorResponse", (2, "error_message", field_type.TYPE_STRING, one))
    message("ServerReflectionRequest", (4, "file_containing_symbol", field_type.TYPE_STRING, one))
    message(
        "ServerReflectionResponse",
        (4, "file_descriptor_response", "FileDescriptorResponse", one),
        (7, "error_response", "ErrorResponse", one),
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    names = ("ServerReflectionRequest", "ServerReflectionResponse")
    return [_message_class(pool.FindMessageTypeByName(f"{file.package}.{name}")) for name in names]


def _message_class(descriptor):
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    # protobuf before 4.22, which Debian 12 has.
    return message_factory.MessageFactory(descriptor.file.pool).GetPrototype(descriptor)
