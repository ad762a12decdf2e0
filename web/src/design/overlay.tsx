// Dialogs, menus, popovers, tooltips and toasts, on an accessible primitive library.
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Popover as BasePopover } from '@base-ui/react/popover';
import { Tooltip as BaseTooltip } from '@base-ui/react/tooltip';
import { AlertCircle, CheckCircle2, Info, X } from 'lucide-react';
import { useRef, type ReactElement, type ReactNode } from 'react';
import { cx } from '@/lib/text';
import css from './overlay.module.css';
import controls from './controls.module.css';

// The first field; without any the dialog itself, so that no button is pressed by accident and no tooltip opens.
function firstField(popup: HTMLElement | null): HTMLElement | null {
  if (popup?.contains(document.activeElement)) return document.activeElement as HTMLElement;
  const touch = !window.matchMedia('(hover: hover)').matches;
  return (touch ? null : popup?.querySelector<HTMLElement>('input:not([hidden], :disabled), textarea:not(:disabled)')) ?? popup;
}

interface DialogProps {
  title: string;
  description?: string;
  closeLabel: string;
  onClose: () => void;
  footer?: ReactNode;
  large?: boolean;
  hideTitle?: boolean;
  testId?: string;
  // What gets the focus afterwards, if not the element that had it before.
  finalFocus?: () => HTMLElement | null;
  children: ReactNode;
}

export function Dialog({ title, description, closeLabel, onClose, footer, large, hideTitle, testId, finalFocus, children }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <BaseDialog.Root open onOpenChange={(open) => { if (!open) onClose(); }}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={css.backdrop} />
        <BaseDialog.Viewport className={css.viewport}>
          <BaseDialog.Popup ref={popup} className={cx(css.dialog, large && css.large)} data-testid={testId} initialFocus={() => firstField(popup.current)} finalFocus={finalFocus}>
            {hideTitle ? <BaseDialog.Title className="visually-hidden">{title}</BaseDialog.Title> : (
              <div className={css.head}>
                <div className={css.title}>
                  <BaseDialog.Title render={<h2 />}>{title}</BaseDialog.Title>
                  {description && <BaseDialog.Description className={css.description}>{description}</BaseDialog.Description>}
                </div>
                <BaseDialog.Close className={controls.icon} aria-label={closeLabel}><X size={18} /></BaseDialog.Close>
              </div>
            )}
            {hideTitle ? children : <div className={css.body}>{children}</div>}
            {footer && <div className={css.foot}>{footer}</div>}
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

interface MenuProps {
  trigger: ReactElement;
  side?: 'top' | 'bottom' | 'left' | 'right';
  align?: 'start' | 'center' | 'end';
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

export function Menu({ trigger, side = 'bottom', align = 'start', onOpenChange, children }: MenuProps) {
  return (
    <BaseMenu.Root modal={false} onOpenChange={(open) => onOpenChange?.(open)}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner className={css.positioner} side={side} align={align} sideOffset={6} collisionPadding={8}>
          <BaseMenu.Popup className={css.menu}>{children}</BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

interface MenuItemProps {
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  trailing?: ReactNode;
  testId?: string;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, danger, disabled, trailing, testId, onSelect, children }: MenuItemProps) {
  return (
    <BaseMenu.Item className={cx(css.item, danger && css.itemDanger)} disabled={disabled} onClick={onSelect} data-testid={testId}>
      {icon}
      <span className={css.itemText}>{children}</span>
      {trailing && <span className={css.kbd}>{trailing}</span>}
    </BaseMenu.Item>
  );
}

export const MenuSeparator = () => <BaseMenu.Separator className={css.separator} />;
export const MenuHeading = ({ children }: { children: ReactNode }) => <div className={css.group}>{children}</div>;

interface PopoverProps {
  trigger: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  side?: 'top' | 'bottom' | 'left' | 'right';
  align?: 'start' | 'center' | 'end';
  label: string;
  children: ReactNode;
}

export function Popover({ trigger, open, onOpenChange, side = 'bottom', align = 'start', label, children }: PopoverProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <BasePopover.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal>
        <BasePopover.Positioner className={css.positioner} side={side} align={align} sideOffset={6} collisionPadding={8}>
          <BasePopover.Popup ref={popup} className={cx(css.menu, css.popover)} aria-label={label} initialFocus={() => firstField(popup.current)}>{children}</BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}

export const TooltipProvider = ({ children }: { children: ReactNode }) => (
  <BaseTooltip.Provider delay={450} closeDelay={0}>{children}</BaseTooltip.Provider>
);

export function Tooltip({ text, shortcut, children }: { text: ReactNode; shortcut?: string; children: ReactElement }) {
  return (
    <BaseTooltip.Root>
      <BaseTooltip.Trigger render={children} />
      <BaseTooltip.Portal>
        <BaseTooltip.Positioner className={css.positioner} side="top" sideOffset={6} collisionPadding={6}>
          <BaseTooltip.Popup className={css.tooltip}>{text}{shortcut && <kbd>{shortcut}</kbd>}</BaseTooltip.Popup>
        </BaseTooltip.Positioner>
      </BaseTooltip.Portal>
    </BaseTooltip.Root>
  );
}

interface ToastItem {
  id: string;
  variant: 'info' | 'error' | 'success';
  text: string;
}

export function Toasts({ items, closeLabel, onDismiss }: { items: ToastItem[]; closeLabel: string; onDismiss: (id: string) => void }) {
  return (
    <div className={css.toasts} role="region" aria-live="polite">
      {items.map((item) => (
        <div key={item.id} className={cx(css.toast, item.variant === 'error' && css.toastError, item.variant === 'success' && css.toastSuccess)} role={item.variant === 'error' ? 'alert' : 'status'} data-testid="toast">
          {item.variant === 'error' ? <AlertCircle size={17} /> : item.variant === 'success' ? <CheckCircle2 size={17} /> : <Info size={17} />}
          <p>{item.text}</p>
          <button type="button" className={controls.icon} aria-label={closeLabel} onClick={() => onDismiss(item.id)}><X size={15} /></button>
        </div>
      ))}
    </div>
  );
}
