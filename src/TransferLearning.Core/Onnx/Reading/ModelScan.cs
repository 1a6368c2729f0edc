namespace TransferLearning.Onnx;

/// <summary>
/// Walks over the raw bytes of a model before they become objects. A few bytes of a hostile file can stand for an object of hundreds, so
/// what the objects would take is added up first; lengths that point past the end of the file and deep nesting are found on the way.
/// Weights are skipped, not read.
/// </summary>
internal sealed class ModelScan
{
    /// <summary>
    /// What the objects of a model may take whatever its size: many times that of the largest networks (a node costs about a kilobyte).
    /// </summary>
    private const long ObjectBytes = 512 << 20;

    /// <summary>What they may take besides for each byte of the file: as much as the list form of weights needs.</summary>
    private const int ObjectBytesPerByte = 8;

    private const int MessageBytes = 320;
    private const int FieldBytes = 64;

    /// <summary>One byte of a list can be a whole number of eight.</summary>
    private const int BytesPerListedByte = 8;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly List<long> _floatLists = [];
    private long _cost;

    private ModelScan(Stream stream, string name)
    {
        _stream = stream;
        _name = name;
    }

    private enum Kind
    {
        Model,
        Graph,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
        ValueInfo,
        Type,
        TypeTensor,
        Shape,
        Small,

        /// <summary>A string, or bytes that are kept as they are.</summary>
        Leaf,

        /// <summary>A list of numbers packed into one field.</summary>
        List,
    }

    /// <summary>Scans a stream from its position to its end.</summary>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="name">What messages call the model.</param>
    /// <returns>The positions of tensors' fields that hold all their floats as a packed list.</returns>
    /// <exception cref="OnnxGraphException">The model is cut off, nested too deeply, or made of too many parts.</exception>
    public static IReadOnlyList<long> Check(Stream stream, string name)
    {
        var scan = new ModelScan(stream, name);
        scan.Message(Kind.Model, stream.Length, depth: 0);
        return scan._floatLists;
    }

    private void Message(Kind kind, long end, int depth)
    {
        if (depth > ModelLimits.MaxNesting)
            throw new OnnxGraphException($"'{_name}' is nested more than {ModelLimits.MaxNesting} messages deep, which no model needs.");

        var tensor = new TensorFields();
        while (_stream.Position < end)
        {
            long start = _stream.Position;
            ulong tag = Varint(end);
            bool isShort = _stream.Position == start + 1;
            int field = (int)Math.Min(tag >> 3, int.MaxValue);
            Spend(FieldBytes);
            switch (tag & 7)
            {
                case 0:
                    tensor.Number(field, Varint(end));
                    break;
                case 1:
                    Skip(8, end);
                    break;
                case 5:
                    Skip(4, end);
                    tensor.Bytes(field, start, isList: false);
                    break;
                case 2:
                    long length = Delimited(ChildOf(kind, field), end, depth);
                    tensor.Bytes(field, start, isList: isShort && length > 0);
                    break;
                default:
                    throw new OnnxGraphException(
                        $"'{_name}' is not an ONNX model: at byte {_stream.Position} there is no field of the format.");
            }
        }

        if (kind == Kind.Tensor && tensor.FloatList is { } list)
            _floatLists.Add(list);
    }

    private long Delimited(Kind kind, long end, int depth)
    {
        ulong length = Varint(end);
        if (length > (ulong)(end - _stream.Position))
            throw CutOff();
        long stop = _stream.Position + (long)length;
        switch (kind)
        {
            case Kind.Leaf:
                _stream.Position = stop;
                break;
            case Kind.List:
                Spend((long)length * BytesPerListedByte);
                _stream.Position = stop;
                break;
            default:
                Spend(MessageBytes);
                Message(kind, stop, depth + 1);
                break;
        }

        return (long)length;
    }

    private ulong Varint(long end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            int part = _stream.Position < end ? _stream.ReadByte() : -1;
            if (part < 0)
                throw CutOff();
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
                return value;
        }

        throw new OnnxGraphException($"'{_name}' is not an ONNX model: at byte {_stream.Position} there is no number of the format.");
    }

    private void Skip(int bytes, long end)
    {
        if (bytes > end - _stream.Position)
            throw CutOff();
        _stream.Position += bytes;
    }

    private void Spend(long bytes)
    {
        _cost += bytes;
        if (_cost > ObjectBytes + (ObjectBytesPerByte * _stream.Length))
            throw new OnnxGraphException(
                $"'{_name}' is made of so many parts that they would take over {_cost >> 20} MB besides its weights.");
    }

    private OnnxGraphException CutOff() =>
        new($"'{_name}' is not an ONNX model, or was cut off: it goes on past byte {_stream.Length}, its end.");

    /// <summary>What a field holds; field numbers as in the schema.</summary>
    private static Kind ChildOf(Kind parent, int field) => (parent, field) switch
    {
        (Kind.Model, 7) => Kind.Graph,
        (Kind.Model, 8 or 14 or 25) => Kind.Small,
        (Kind.Graph, 1) => Kind.Node,
        (Kind.Graph, 5) => Kind.Tensor,
        (Kind.Graph, 11 or 12 or 13) => Kind.ValueInfo,
        (Kind.Graph, 15) => Kind.SparseTensor,
        (Kind.Node, 5) => Kind.Attribute,
        (Kind.Attribute, 5 or 10) => Kind.Tensor,
        (Kind.Attribute, 6 or 11) => Kind.Graph,
        (Kind.Attribute, 7 or 8) => Kind.List,
        (Kind.Tensor, 1 or 5 or 7 or 11) => Kind.List,
        (Kind.Tensor, 13) => Kind.Small,
        (Kind.SparseTensor, 1 or 2) => Kind.Tensor,
        (Kind.SparseTensor, 3) => Kind.List,
        (Kind.ValueInfo, 2) => Kind.Type,
        (Kind.Type, 1) => Kind.TypeTensor,
        (Kind.TypeTensor, 2) => Kind.Shape,
        (Kind.Shape, 1) => Kind.Small,
        _ => Kind.Leaf,
    };

    /// <summary>What is known of the fields of a message, should it be a tensor.</summary>
    private struct TensorFields
    {
        private const int DataType = 2, FloatData = 4, RawData = 9, ExternalData = 13, DataLocation = 14;

        private bool _isFloat;
        private bool _hasOther;
        private long? _list;

        /// <summary>The position of the one list that has all numbers of a tensor of floats; else null.</summary>
        public readonly long? FloatList => _isFloat && !_hasOther ? _list : null;

        public void Number(int field, ulong value)
        {
            if (field == DataType)
                _isFloat = value == (ulong)OnnxElementType.Float;
            _hasOther |= field == DataLocation;
        }

        public void Bytes(int field, long start, bool isList)
        {
            _hasOther |= field is RawData or ExternalData || (field == FloatData && (_list is not null || !isList));
            if (field == FloatData)
                _list = start;
        }
    }
}
