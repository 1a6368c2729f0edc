namespace TransferLearning;

/// <summary>Turns images into input tensors of one network: decode, rotate upright, resize, crop, normalise.</summary>
/// <remarks>
/// <para>Safe for use from many threads. An image allocates nothing but rented buffers, which are returned before the call returns.</para>
/// <para>
/// JPEG, PNG, GIF (first frame), BMP, WebP (first frame) and ICO are recognised by content, not by file name. EXIF orientation is applied,
/// transparency is blended with white, colour profiles are ignored. Much larger JPEG and WebP images are decoded at a smaller scale, by
/// default never below twice as many pixels as needed. Resizing gives exactly the numbers of Pillow's <c>Image.resize</c>, and the sizes
/// and windows of torchvision's <c>Resize</c> and <c>CenterCrop</c>.
/// </para>
/// <para>
/// Memory and time are bounded: by <see cref="ImageDecodeOptions"/>, by 65,535 pixels for a side, and for JPEG by 100 scans and by 2 · 10^9
/// for the product of scans and pixels.
/// </para>
/// </remarks>
internal sealed class ImagePreprocessor
{
    /// <summary>Images of one dataset mostly have a few sizes; a table has about 10 kB.</summary>
    private const int KeptTables = 64;

    private readonly ImageDecodeOptions _options;
    private readonly RecentTables<ResampleTable> _tables = new(KeptTables);
    private readonly float[] _mean;
    private readonly float[] _scale;

    /// <summary>Creates the preprocessor.</summary>
    /// <param name="preprocessing">The preprocessing that the network expects.</param>
    /// <param name="options">The limits of decoding. Null: <see cref="ImageDecodeOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A value is out of range; the message lists every violation.</exception>
    public ImagePreprocessor(ImagePreprocessing preprocessing, ImageDecodeOptions? options = null)
    {
        OptionErrors.ThrowIfAny(preprocessing);
        options ??= ImageDecodeOptions.Default;
        OptionErrors.ThrowIfAny(options);
        _options = options;
        Preprocessing = preprocessing;
        int width = preprocessing.Width;
        _mean = new float[3 * width];
        _scale = new float[3 * width];
        for (int i = 0; i < 3 * width; i++)
        {
            int channel = preprocessing.Layout == TensorLayout.Nchw ? i / width : i % 3;
            _mean[i] = preprocessing.Mean[channel];
            _scale[i] = 1 / preprocessing.StandardDeviation[channel];
        }
    }

    /// <summary>The preprocessing that the network expects.</summary>
    public ImagePreprocessing Preprocessing { get; }

    /// <summary>The number of floats of one image: 3 · width · height.</summary>
    public int TensorLength => Preprocessing.TensorLength;

    /// <summary>Reads an image from a file and writes its tensor.</summary>
    /// <param name="path">The file.</param>
    /// <param name="destination">
    /// Receives <see cref="TensorLength"/> floats in the layout of <see cref="Preprocessing"/>; undefined after an exception.
    /// </param>
    /// <exception cref="ArgumentException">The destination is not <see cref="TensorLength"/> long.</exception>
    /// <exception cref="ImageDecodeException">The file is empty, not an image, cut off, damaged or too large.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="DllNotFoundException">The native library of SkiaSharp is missing.</exception>
    public void Load(string path, Span<float> destination)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckLength(new Destination(destination));
        using var file = ImageBytes.ReadFile(path, _options);
        Load(file.Content, destination, path);
    }

    /// <summary>Decodes an image from memory and writes its tensor.</summary>
    /// <param name="encoded">The content of an image file.</param>
    /// <param name="destination">
    /// Receives <see cref="TensorLength"/> floats in the layout of <see cref="Preprocessing"/>; undefined after an exception.
    /// </param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <exception cref="ArgumentException">The destination is not <see cref="TensorLength"/> long.</exception>
    /// <exception cref="ImageDecodeException">The bytes are empty, not an image, cut off, damaged or too large.</exception>
    /// <exception cref="DllNotFoundException">The native library of SkiaSharp is missing.</exception>
    public void Load(ReadOnlySpan<byte> encoded, Span<float> destination, string name = "image")
    {
        CheckLength(new Destination(destination));
        using var image = ImageDecoder.Decode(encoded, name, _options, Preprocessing, onlyTarget: true);
        Write(image, destination);
    }

    /// <summary>Decodes an image, or a crop of one, and writes its tensor or that of one of its views.</summary>
    /// <exception cref="ImageDecodeException">The image cannot be decoded, or is not the source image of the crop.</exception>
    internal void Load(in ImageBytes image, Span<float> destination, string name, AugmentedView? view = null)
    {
        CheckLength(new Destination(destination));
        if (view is not null)
        {
            LoadView(image, destination, name, view);
            return;
        }

        using var decoded = ImageDecoder.Decode(image.Bytes, name, _options, Preprocessing, image.Box, onlyTarget: true);
        Write(decoded, destination);
    }

    /// <summary>Resizes, crops and normalises a decoded image.</summary>
    internal void Write(PixelImage image, Span<float> destination)
    {
        CheckLength(new Destination(destination));
        var target = ResizeGeometry.For(image.SourceWidth, image.SourceHeight, Preprocessing);
        Write(image, image.Content, target, new Destination(destination));
    }

    /// <summary>
    /// Decodes an image, or a crop of one, and writes its pixels: what the tensor has before it is normalised. Not where images are padded,
    /// since the mean colour is no byte.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="destination">Receives <see cref="TensorLength"/> bytes in the layout of <see cref="Preprocessing"/>.</param>
    /// <param name="name">The name of the image for error messages.</param>
    /// <exception cref="ImageDecodeException">The image cannot be decoded, or is not the source image of the crop.</exception>
    internal void LoadPixels(in ImageBytes image, Span<byte> destination, string name)
    {
        using var decoded = ImageDecoder.Decode(image.Bytes, name, _options, Preprocessing, image.Box, onlyTarget: true);
        WritePixels(decoded, destination);
    }

    /// <summary>Resizes and crops a decoded image.</summary>
    internal void WritePixels(PixelImage image, Span<byte> destination)
    {
        if (Preprocessing.Resize == ImageResizeMode.Pad)
            throw new InvalidOperationException("Padded images have no pixels where they are padded.");
        CheckLength(new Destination(destination));
        var target = ResizeGeometry.For(image.SourceWidth, image.SourceHeight, Preprocessing);
        Write(image, image.Content, target, new Destination(destination));
    }

    private void LoadView(in ImageBytes image, Span<float> destination, string name, AugmentedView view)
    {
        var draw = view.DrawNumbers();
        var (width, height) = (draw.Crop.Right - draw.Crop.Left, draw.Crop.Bottom - draw.Crop.Top);

        // A crop needs a higher resolution than the whole image.
        var options = _options with { Oversampling = _options.Oversampling / Math.Min(width, height) };
        using var decoded = ImageDecoder.Decode(image.Bytes, name, options, Preprocessing, image.Box);
        var whole = decoded.Content;
        var (wholeWidth, wholeHeight) = (whole.Right - whole.Left, whole.Bottom - whole.Top);
        var part = new PixelRegion(
            whole.Left + (draw.Crop.Left * wholeWidth),
            whole.Top + (draw.Crop.Top * wholeHeight),
            whole.Left + (draw.Crop.Right * wholeWidth),
            whole.Top + (draw.Crop.Bottom * wholeHeight));
        int sourceWidth = Math.Max(1, (int)Math.Round(width * decoded.SourceWidth));
        int sourceHeight = Math.Max(1, (int)Math.Round(height * decoded.SourceHeight));
        Write(decoded, part, ResizeGeometry.For(sourceWidth, sourceHeight, Preprocessing), new Destination(destination));
        TensorAugmentation.Apply(destination, Preprocessing, draw);
    }

    private void Write(PixelImage image, in PixelRegion content, in ResizeGeometry geometry, Destination destination)
    {
        var filter = Preprocessing.Interpolation;
        var columns = _tables.Get(new ResampleAxis(
            image.Width, content.Left, content.Right, geometry.ResizedWidth, geometry.CropLeft, geometry.Width, filter));
        var rows = _tables.Get(new ResampleAxis(
            image.Height, content.Top, content.Bottom, geometry.ResizedHeight, geometry.CropTop, geometry.Height, filter));
        int stride = 3 * geometry.Width;
        int needed = rows.EndNeeded - rows.FirstNeeded;
        byte[] buffer = PixelBuffers.Rent(checked(needed * stride + HorizontalPass.Padding));
        try
        {
            var narrowed = buffer.AsSpan(0, needed * stride + HorizontalPass.Padding);
            HorizontalPass.Run(image, columns, rows.FirstNeeded, rows.EndNeeded, narrowed, Preprocessing);
            if (Preprocessing.Resize == ImageResizeMode.Pad)
                destination.Clear();
            WriteRows(narrowed, stride, rows, geometry, destination);
        }
        finally
        {
            PixelBuffers.Return(buffer);
        }
    }

    private void WriteRows(ReadOnlySpan<byte> narrowed, int stride, ResampleTable rows, in ResizeGeometry geometry, Destination destination)
    {
        bool planar = Preprocessing.Layout == TensorLayout.Nchw;
        int runs = planar ? 3 : 1;
        int runLength = stride / runs;
        for (int y = 0; y < geometry.Height; y++)
        {
            var source = narrowed[((rows.Starts[y] - rows.FirstNeeded) * stride)..];
            var weights = rows.Weights(y);
            for (int run = 0; run < runs; run++)
            {
                int row = (run * Preprocessing.Height + geometry.TargetTop + y) * Preprocessing.Width + geometry.TargetLeft;
                int parameters = run * Preprocessing.Width;
                destination.WriteRow(
                    planar ? row : 3 * row,
                    source[(run * runLength)..],
                    stride,
                    weights,
                    _mean.AsSpan(parameters, runLength),
                    _scale.AsSpan(parameters, runLength));
            }
        }
    }

    private void CheckLength(Destination destination)
    {
        if (destination.Length != TensorLength)
        {
            throw new ArgumentException(
                $"The destination has room for {destination.Length} numbers; an image of {Preprocessing.Width} × {Preprocessing.Height} " +
                    $"needs {TensorLength}.",
                nameof(destination));
        }
    }

    /// <summary>Where the numbers of an image go: normalised, or as pixels.</summary>
    private readonly ref struct Destination
    {
        private readonly Span<float> _numbers;
        private readonly Span<byte> _pixels;

        public Destination(Span<float> numbers) => _numbers = numbers;

        public Destination(Span<byte> pixels) => _pixels = pixels;

        public int Length => _numbers.Length + _pixels.Length;

        public void Clear() => _numbers.Clear();

        /// <summary>Sums the rows that make one row of a channel, or of all of them.</summary>
        public void WriteRow(
            int start,
            ReadOnlySpan<byte> source,
            int stride,
            ReadOnlySpan<int> weights,
            ReadOnlySpan<float> mean,
            ReadOnlySpan<float> scale)
        {
            if (_numbers.IsEmpty)
                VerticalPass.Run(source, stride, weights, _pixels.Slice(start, mean.Length));
            else
                VerticalPass.Run(source, stride, weights, mean, scale, _numbers.Slice(start, mean.Length));
        }
    }
}
