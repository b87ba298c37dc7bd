import { Button, Dialog, DialogFooter, Icon, Spinner } from '@stafette/ui';
import { useEffect, useState, type ReactElement } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import type { Attachment, MessageBody } from '../../model/timeline-item.ts';
import type { MediaAccess } from './media-access.ts';
import { inBackground } from '../../observable/in-background.ts';

type Loading =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'there'; readonly url: string };

const MAXIMUM_WIDTH_PX = 360;
const MAXIMUM_HEIGHT_PX = 320;

function useImage(attachment: Attachment, media: MediaAccess): Loading {
  const [loading, setLoading] = useState<Loading>({ kind: 'loading' });
  useEffect(() => {
    let isWanted = true;
    inBackground(
      media.imageUrl(attachment).then((outcome) => {
        if (isWanted) setLoading(outcome.ok ? { kind: 'there', url: outcome.value } : { kind: 'failed' });
      }),
    );
    return () => {
      isWanted = false;
    };
  }, [attachment.url, media]);
  return loading;
}

/** The size on the screen is known before the picture is, so that nothing jumps when it comes. */
function shownSize(
  widthPx: number | undefined,
  heightPx: number | undefined,
): { readonly width: number; readonly height: number } {
  const width = widthPx ?? 280;
  const height = heightPx ?? 210;
  const scale = Math.min(1, MAXIMUM_WIDTH_PX / width, MAXIMUM_HEIGHT_PX / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

export function ImageView({
  body,
  media,
}: {
  readonly body: Extract<MessageBody, { kind: 'image' }>;
  readonly media: MediaAccess;
}): ReactElement {
  const { t } = useI18n();
  const [isOpen, setOpen] = useState(false);
  const loading = useImage(body.thumbnail ?? body.image, media);
  const { width, height } = shownSize(body.widthPx, body.heightPx);
  const label = t('media.image', { name: body.image.name });
  return (
    <>
      <button
        type="button"
        className="st-image"
        style={{ width, aspectRatio: `${width} / ${height}` }}
        aria-label={label}
        onClick={() => setOpen(true)}
        data-testid="image-message"
        data-state={loading.kind}
      >
        {loading.kind === 'there' && (
          <img src={loading.url} alt={body.caption ?? body.image.name} width={width} height={height} />
        )}
        {loading.kind === 'loading' && <Spinner />}
        {loading.kind === 'failed' && (
          <span className="st-image__failed">
            <Icon name="error" /> {t('media.failed')}
          </span>
        )}
      </button>
      {isOpen && <FullImage image={body.image} label={label} media={media} onClose={() => setOpen(false)} />}
    </>
  );
}

interface FullImageProps {
  readonly image: Attachment;
  readonly label: string;
  readonly media: MediaAccess;
  readonly onClose: () => void;
}

function FullImage({ image, media, onClose }: FullImageProps): ReactElement {
  const { t } = useI18n();
  const loading = useImage(image, media);
  return (
    <Dialog title={image.name} size="large" closeLabel={t('action.close')} onClose={onClose}>
      <div className="st-full-image">
        {loading.kind === 'there' && <img src={loading.url} alt={image.name} />}
        {loading.kind === 'loading' && <Spinner size={36} label={t('media.loading')} />}
        {loading.kind === 'failed' && <p role="alert">{t('media.failed')}</p>}
      </div>
      <DialogFooter>
        <Button variant="secondary" icon="download" onPress={() => void media.save(image)}>
          {t('action.save')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
