using System.Buffers;

namespace TransferLearning.Imaging;

/// <summary>Mirrors, rotates, recolours and erases a picture that is a tensor already, in one pass over its pixels.</summary>
internal static class TensorAugmentation
{
    private const float White = 255;

    /// <summary>The share of red, green and blue in the grey that the eye sees (ITU-R BT.601).</summary>
    private static readonly float[] Luma = [0.299f, 0.587f, 0.114f];

    /// <summary>Changes the tensor of one picture in place.</summary>
    /// <param name="tensor">The tensor, as the preprocessing describes it.</param>
    /// <param name="target">Layout, channel order and normalisation.</param>
    /// <param name="draw">What to do.</param>
    public static void Apply(Span<float> tensor, ImagePreprocessing target, in AugmentedView.Draw draw)
    {
        float[] buffer = ArrayPool<float>.Shared.Rent(tensor.Length);
        try
        {
            tensor.CopyTo(buffer);
            var source = new Levels(buffer, target);
            float mean = source.MeanGrey();
            var (sine, cosine) = ((float)Math.Sin(draw.Angle), (float)Math.Cos(draw.Angle));
            float centreX = (target.Width - 1) / 2f;
            float centreY = (target.Height - 1) / 2f;
            Span<float> colour = stackalloc float[3];
            for (int y = 0; y < target.Height; y++)
            {
                for (int x = 0; x < target.Width; x++)
                {
                    float dx = x - centreX;
                    float dy = y - centreY;
                    float fromX = (cosine * dx) + (sine * dy);
                    float fromY = (cosine * dy) - (sine * dx);
                    source.Sample(centreX + (draw.Mirrored ? -fromX : fromX), centreY + (draw.Flipped ? -fromY : fromY), draw.Angle != 0, colour);
                    Recolour(colour, source.Weights, mean, draw);
                    source.Store(tensor, x, y, colour);
                }
            }

            if (draw.Hole is { } hole)
                source.Erase(tensor, hole);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private static void Recolour(Span<float> colour, ReadOnlySpan<float> weights, float mean, in AugmentedView.Draw draw)
    {
        float grey = (colour[0] * weights[0]) + (colour[1] * weights[1]) + (colour[2] * weights[2]);
        for (int channel = 0; channel < 3; channel++)
        {
            float level = grey + (draw.Saturation * (colour[channel] - grey));
            level = mean + (draw.Contrast * (level - mean));
            colour[channel] = Math.Clamp(draw.Brightness * level, 0, White);
        }
    }

    /// <summary>A tensor read and written as levels of 0 to 255.</summary>
    private readonly ref struct Levels
    {
        private readonly ReadOnlySpan<float> _values;
        private readonly ImagePreprocessing _target;
        private readonly int _channel;
        private readonly int _row;
        private readonly int _column;

        public Levels(ReadOnlySpan<float> values, ImagePreprocessing target)
        {
            _values = values;
            _target = target;
            bool planar = target.Layout == TensorLayout.Nchw;
            (_channel, _row, _column) = planar ? (target.Width * target.Height, target.Width, 1) : (1, 3 * target.Width, 3);
            Weights = target.ChannelOrder == ChannelOrder.Rgb ? Luma : [Luma[2], Luma[1], Luma[0]];
        }

        /// <summary>The share of each channel in grey.</summary>
        public ReadOnlySpan<float> Weights { get; }

        public float MeanGrey()
        {
            double sum = 0;
            for (int channel = 0; channel < 3; channel++)
            {
                double channelSum = 0;
                for (int y = 0; y < _target.Height; y++)
                {
                    for (int x = 0; x < _target.Width; x++)
                        channelSum += Level(channel, x, y);
                }

                sum += Weights[channel] * channelSum;
            }

            return (float)(sum / (_target.Width * _target.Height));
        }

        /// <summary>The colour at a place, between four pixels where it was rotated; the edge goes on outside.</summary>
        public void Sample(float x, float y, bool between, Span<float> colour)
        {
            x = Math.Clamp(x, 0, _target.Width - 1);
            y = Math.Clamp(y, 0, _target.Height - 1);
            int left = (int)(between ? x : x + 0.5f);
            int top = (int)(between ? y : y + 0.5f);
            int right = Math.Min(left + 1, _target.Width - 1);
            int bottom = Math.Min(top + 1, _target.Height - 1);
            float shareX = x - left;
            float shareY = y - top;
            for (int channel = 0; channel < 3; channel++)
            {
                if (!between)
                {
                    colour[channel] = Level(channel, left, top);
                    continue;
                }

                float upper = Level(channel, left, top) + (shareX * (Level(channel, right, top) - Level(channel, left, top)));
                float lower = Level(channel, left, bottom) + (shareX * (Level(channel, right, bottom) - Level(channel, left, bottom)));
                colour[channel] = upper + (shareY * (lower - upper));
            }
        }

        public void Store(Span<float> tensor, int x, int y, ReadOnlySpan<float> colour)
        {
            for (int channel = 0; channel < 3; channel++)
                tensor[Index(channel, x, y)] = (colour[channel] - _target.Mean[channel]) / _target.StandardDeviation[channel];
        }

        /// <summary>Sets a part to the mean colour, which the network sees as zero.</summary>
        public void Erase(Span<float> tensor, in PixelRegion hole)
        {
            int width = Math.Max(1, (int)(hole.Right * _target.Width));
            int height = Math.Max(1, (int)(hole.Bottom * _target.Height));
            int left = (int)(hole.Left * (_target.Width - width + 1));
            int top = (int)(hole.Top * (_target.Height - height + 1));
            for (int channel = 0; channel < 3; channel++)
            {
                for (int y = top; y < top + height; y++)
                {
                    for (int x = left; x < left + width; x++)
                        tensor[Index(channel, x, y)] = 0;
                }
            }
        }

        private float Level(int channel, int x, int y) => (_values[Index(channel, x, y)] * _target.StandardDeviation[channel]) + _target.Mean[channel];

        private int Index(int channel, int x, int y) => (channel * _channel) + (y * _row) + (x * _column);
    }
}
