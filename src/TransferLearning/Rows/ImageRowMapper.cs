using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Applies the network to single rows, as <see cref="PredictionEngine{TSrc, TDst}"/> does.</summary>
internal sealed class ImageRowMapper(DataViewSchema inputSchema, NetworkColumns network) : IRowToRowMapper
{
    private readonly ImageColumn _image = network.Find(inputSchema);

    /// <inheritdoc/>
    public DataViewSchema InputSchema => inputSchema;

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; } = network.AddTo(inputSchema);

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] needed = new bool[inputSchema.Count];
        foreach (var column in dependingColumns)
            needed[column.Index < inputSchema.Count ? column.Index : inputSchema[_image.Name].Index] = true;
        return inputSchema.Where(column => needed[column.Index]);
    }

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        return new ComputedRow(OutputSchema, input, NetworkColumns.Active(OutputSchema, activeColumns), _image, network);
    }

    /// <summary>One row, computed when its first value is read.</summary>
    private sealed class ComputedRow : DataViewRow
    {
        private readonly DataViewSchema _schema;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly Delegate?[] _getters;
        private readonly ImageReader? _reader;
        private readonly PipelineNetwork _network;
        private readonly float[] _output;
        private long _computed = -1;

        public ComputedRow(DataViewSchema schema, DataViewRow input, bool[] active, ImageColumn image, NetworkColumns network)
        {
            _schema = schema;
            _input = input;
            _active = active;
            _network = network.Network;
            _output = new float[_network.RowLength];
            _getters = new Delegate?[schema.Count];
            for (int i = input.Schema.Count; i < schema.Count; i++)
            {
                if (active[i])
                {
                    _reader ??= ImageReader.Create(input, image);
                    _getters[i] = network.Outputs[i - input.Schema.Count].CreateGetter(Compute);
                }
            }
        }

        public override DataViewSchema Schema => _schema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => column.Index < _input.Schema.Count
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : ImageCursor.GetterOf<TValue>(_getters[column.Index], column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }

        private float[] Compute()
        {
            if (_computed != _input.Position)
            {
                _network.Run(_reader!.Read(), _output);
                _computed = _input.Position;
            }

            return _output;
        }
    }
}
