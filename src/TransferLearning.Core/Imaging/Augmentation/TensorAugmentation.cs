namespace TransferLearning;

/// <summary>Applies the geometric, colour and erasing changes of a view to a tensor.</summary>
internal static class TensorAugmentation
{
    /// <summary>Changes the tensor of one image in place.</summary>
    /// <param name="tensor">The tensor, as the preprocessing describes it.</param>
    /// <param name="target">Layout, channel order and normalisation.</param>
    /// <param name="draw">The changes.</param>
    public static void Apply(Span<float> tensor, ImagePreprocessing target, in AugmentedView.Draw draw)
    {
        bool rgb = target.ChannelOrder == ChannelOrder.Rgb;
        var background = (target.Mean[rgb ? 0 : 2], target.Mean[1], target.Mean[rgb ? 2 : 0]);
        using (var image = new LevelPlanes(tensor, target))
        {
            image.Warp(draw.Map(image.Width, image.Height), draw.Fill, background);
            draw.Colour.Apply(image);
            foreach (var step in draw.Policy)
                PolicyOperations.Apply(image, step, draw.Fill, background);
            image.WriteTo(tensor, target);
        }

        if (draw.Hole is { } hole)
            Erase(tensor, target, hole);
    }

    /// <summary>Sets a rectangle to the mean colour, which is zero after normalization.</summary>
    private static void Erase(Span<float> tensor, ImagePreprocessing target, in PixelRegion hole)
    {
        int width = Math.Max(1, (int)(hole.Right * target.Width));
        int height = Math.Max(1, (int)(hole.Bottom * target.Height));
        int left = (int)(hole.Left * (target.Width - width + 1));
        int top = (int)(hole.Top * (target.Height - height + 1));
        bool planar = target.Layout == TensorLayout.Nchw;
        for (int y = top; y < top + height; y++)
        {
            int start = (y * target.Width) + left;
            if (!planar)
                tensor.Slice(3 * start, 3 * width).Clear();
            for (int channel = 0; planar && channel < 3; channel++)
                tensor.Slice((channel * target.Width * target.Height) + start, width).Clear();
        }
    }
}
