using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace TransferLearning;

/// <summary>
/// One attempt to download a file from one address: requests the missing bytes by HTTP Range, accepts servers that send everything again,
/// gives up on those that stall, and verifies size and SHA-256.
/// </summary>
internal sealed class WeightDownload(HttpClient client, WeightFile file, WeightCacheOptions options, IProgress<TransferProgress>? progress)
{
    /// <summary>A server that sends fewer bytes than this within the stall timeout counts as stalled.</summary>
    private const int StallBytes = 4096;
    private const int BufferBytes = 128 * 1024;
    private const int ProgressSteps = 200;

    /// <summary>Completes the partial file; it is verified when this returns.</summary>
    /// <exception cref="TransientDownloadException">The attempt failed temporarily; received bytes are kept.</exception>
    /// <exception cref="HttpRequestException">The server refuses permanently.</exception>
    /// <exception cref="WeightVerificationException">The server sends other content, which is discarded.</exception>
    /// <exception cref="WeightStorageException">The file cannot be written.</exception>
    public async Task RunAsync(Uri address, PartialFile partial, CancellationToken cancellationToken)
    {
        bool resumed = partial.Length > 0;
        await ReceiveAsync(address, partial, cancellationToken).ConfigureAwait(false);
        string hash = await partial.HashAsync(cancellationToken).ConfigureAwait(false);
        if (hash != file.Sha256 && resumed)
        {
            // The wrong bytes may come from an earlier attempt, perhaps at another address.
            partial.Clear();
            await ReceiveAsync(address, partial, cancellationToken).ConfigureAwait(false);
            hash = await partial.HashAsync(cancellationToken).ConfigureAwait(false);
        }

        if (hash == file.Sha256)
            return;
        partial.Clear();
        throw new WeightVerificationException($"its content has the SHA-256 {hash}");
    }

    private async Task ReceiveAsync(Uri address, PartialFile partial, CancellationToken cancellationToken)
    {
        if (partial.IsComplete)
            return;
        if (options.Logger is { } logger)
            BackboneLog.Fetching(logger, file.FileName, file.Bytes, address, partial.Length);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(options.StallTimeout);
        try
        {
            using var request = Request(address, partial.Length);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token)
                .ConfigureAwait(false);
            Accept(response, partial);
            var body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
                await CopyAsync(body, partial, stall).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (error.InnerException is TimeoutException && !stall.IsCancellationRequested)
        {
            string limit = FormattableString.Invariant($"{options.ConnectTimeout.TotalSeconds} s");
            throw new TransientDownloadException($"it cannot be reached within {limit}", innerException: error) { IsUnreachable = true };
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            string stalled = FormattableString.Invariant($"it stalled for {options.StallTimeout.TotalSeconds} s");
            string after = FormattableString.Invariant($"after {partial.Length} of {file.Bytes} bytes");
            throw new TransientDownloadException($"{stalled} {after}", innerException: error);
        }
        catch (HttpRequestException error) when (error.StatusCode is null)
        {
            throw new TransientDownloadException($"it cannot be reached: {error.Message}", innerException: error)
            {
                IsUnreachable = error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
            };
        }
        catch (IOException error)
        {
            throw new TransientDownloadException(FormattableString.Invariant(
                $"the connection broke after {partial.Length} of {file.Bytes} bytes: {error.Message}"), innerException: error);
        }
    }

    private static HttpRequestMessage Request(Uri address, long start)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);

        // With a compressed body, ranges and lengths would refer to other bytes.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (start > 0)
            request.Headers.Range = new RangeHeaderValue(start, null);
        return request;
    }

    /// <summary>Decides what to do with the received bytes after a response.</summary>
    private void Accept(HttpResponseMessage response, PartialFile partial)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange?.From == partial.Length:
                RequireSize(response, response.Content.Headers.ContentRange.Length);
                return;
            case HttpStatusCode.OK:
                partial.Clear();
                RequireSize(response, response.Content.Headers.ContentLength);
                return;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                string asked = FormattableString.Invariant($"{partial.Length}");
                partial.Clear();
                throw new TransientDownloadException(
                    $"it responds {Status(response)} with another range than 'from byte {asked}'; the whole file is requested next");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new TransientDownloadException($"it responds {Status(response)}", RequestedDelay.Of(response));
            default:
                throw new HttpRequestException($"it responds {Status(response)}", null, response.StatusCode);
        }
    }

    private void RequireSize(HttpResponseMessage response, long? size)
    {
        if (size is null || size == file.Bytes)
            return;
        throw new WeightVerificationException(FormattableString.Invariant(
            $"it offers {size} bytes of {response.Content.Headers.ContentType?.MediaType ?? "no stated type"}, not {file.Bytes} bytes"));
    }

    private async Task CopyAsync(Stream body, PartialFile partial, CancellationTokenSource stall)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long reported = Report(partial.Length, reported: null);
            int sinceProgress = 0;
            while (true)
            {
                int read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
                if (read == 0)
                    break;
                if (partial.Length + read > file.Bytes)
                {
                    partial.Clear();
                    throw new WeightVerificationException(FormattableString.Invariant($"it sends more than {file.Bytes} bytes"));
                }

                await partial.AppendAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                reported = Report(partial.Length, reported);
                sinceProgress += read;
                if (sinceProgress >= StallBytes)
                {
                    sinceProgress = 0;
                    stall.CancelAfter(options.StallTimeout);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (!partial.IsComplete)
            throw new TransientDownloadException(FormattableString.Invariant($"it ended after {partial.Length} of {file.Bytes} bytes"));
    }

    /// <summary>Reports the first, the last and about 200 states between; returns the last reported one.</summary>
    private long Report(long received, long? reported)
    {
        if (reported is { } last && received < file.Bytes && received - last < file.Bytes / ProgressSteps)
            return last;
        progress?.Report(new TransferProgress(TransferStage.LoadBackbone, received, file.Bytes));
        return received;
    }

    private static string Status(HttpResponseMessage response) =>
        FormattableString.Invariant($"{(int)response.StatusCode} {response.ReasonPhrase}");
}
